//! The derive macro of StreamHouse: tokens in, tokens out.
