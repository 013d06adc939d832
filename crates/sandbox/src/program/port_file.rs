use std::path::{Path, PathBuf};
use std::{fs, io};

/// A file with the port in it, as long as this lives.
pub(super) struct PortFile(PathBuf);

impl PortFile {
    /// Whoever waits for the file never reads half of it.
    pub(super) fn write(path: &Path, port: u16) -> io::Result<Self> {
        let mut new = path.as_os_str().to_owned();
        new.push(format!(".{}.new", std::process::id()));
        fs::write(&new, format!("{port}\n"))
            .and_then(|()| fs::rename(&new, path))
            .map_err(|error| {
                io::Error::new(error.kind(), format!("--port-file {}: {error}", path.display()))
            })?;
        Ok(Self(path.to_owned()))
    }
}

impl Drop for PortFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
