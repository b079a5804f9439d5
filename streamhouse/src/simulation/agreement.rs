//! The scripts of the model against those of a real server.
