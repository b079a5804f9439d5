//! Certificates for servers on this machine and for their clients.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

use crate::error::StackError;
use crate::redis::Tls;

/// A CA of one's own, a certificate of it for servers on `localhost` and `127.0.0.1`, and one for a client.
#[derive(Debug, Clone)]
pub struct Certificates {
    folder: PathBuf,
}

impl Certificates {
    /// Makes new ones, as PEM files in a folder.
    pub fn create(folder: &Path) -> Result<Self, StackError> {
        fs::create_dir_all(folder).map_err(StackError::files(folder))?;
        let certificates = Self { folder: folder.into() };
        let authority = KeyPair::generate().map_err(failed)?;
        let mut params = named("streamhouse-stack CA", &[])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ca = params.self_signed(&authority).map_err(failed)?;
        write(&certificates.ca(), &ca.pem())?;
        let issuer = Issuer::new(params, authority);

        let mut server = named("server", &["localhost", "127.0.0.1"])?;
        // Servers of Redis are clients of each other.
        server.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        sign(server, &issuer, &certificates.file("server.pem"), &certificates.file("server.key"))?;
        let mut client = named("client", &[])?;
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        sign(client, &issuer, &certificates.client(), &certificates.client_key())?;
        Ok(certificates)
    }

    /// For a server; `clients` says whether these need a certificate too.
    pub fn tls(&self, clients: bool) -> Tls {
        Tls { ca: self.ca(), certificate: self.file("server.pem"), key: self.file("server.key"), clients }
    }

    /// The CA's certificate.
    pub fn ca(&self) -> PathBuf {
        self.file("ca.pem")
    }

    /// The client's certificate.
    pub fn client(&self) -> PathBuf {
        self.file("client.pem")
    }

    /// The client's key.
    pub fn client_key(&self) -> PathBuf {
        self.file("client.key")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn named(name: &str, hosts: &[&str]) -> Result<CertificateParams, StackError> {
    let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(hosts).map_err(failed)?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

fn sign(
    params: CertificateParams,
    issuer: &Issuer<'_, KeyPair>,
    certificate: &Path,
    key: &Path,
) -> Result<(), StackError> {
    let pair = KeyPair::generate().map_err(failed)?;
    let signed = params.signed_by(&pair, issuer).map_err(failed)?;
    write(certificate, &signed.pem())?;
    write(key, &pair.serialize_pem())
}

fn write(path: &Path, pem: &str) -> Result<(), StackError> {
    use std::io::Write;
    let file = fs::File::options().create(true).truncate(true).write(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(pem.as_bytes())).map_err(StackError::files(path))
}

fn failed(error: rcgen::Error) -> StackError {
    StackError::Certificate(error.to_string())
}
