//! A file that is written beside its place and takes it only when it is whole: whoever opens it meanwhile sees the
//! one before, and a failure leaves that one alone.

use super::failure::Failure;
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file on its way.
#[derive(Debug)]
pub struct Replaced {
    path: PathBuf,
    beside: NamedTempFile,
}

impl Replaced {
    /// Begins a file for this path.
    pub fn begin(path: &Path) -> Result<Self, Failure> {
        let known = path.metadata().ok();
        if let Some(known) = &known
            && !known.is_file()
        {
            let what = if known.is_dir() { "it is a folder" } else { "it is no plain file" };
            return Err(Failure::Failed(format!("cannot write {}: {what}; name a file", path.display())));
        }
        // A link stays one: the file it leads to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let beside = begin_in(folder, known.map(|known| known.permissions()));
        let beside = beside.map_err(|error| cannot_write(&path, &error))?;
        Ok(Self { path, beside })
    }

    /// Another handle of it.
    pub fn handle(&self) -> Result<File, Failure> {
        self.beside.reopen().map_err(|error| cannot_write(&self.path, &error))
    }

    /// It is whole: it takes its place.
    pub fn end(self) -> Result<(), Failure> {
        let Self { path, beside } = self;
        beside.as_file().sync_all().map_err(|error| cannot_write(&path, &error))?;
        beside.persist(&path).map_err(|error| cannot_write(&path, &error.error))?;
        Ok(())
    }
}

/// With the rights of the file that is replaced, else those of any new file.
fn begin_in(folder: &Path, known: Option<std::fs::Permissions>) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kpi-ops-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let beside = builder.tempfile_in(folder)?;
    if let Some(known) = known {
        beside.as_file().set_permissions(known)?;
    }
    Ok(beside)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_is_replaced_when_the_new_one_is_whole_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        std::fs::write(&path, "old").unwrap();
        let abandoned = Replaced::begin(&path).unwrap();
        abandoned.handle().unwrap().write_all(b"half").unwrap();
        drop(abandoned);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        let whole = Replaced::begin(&path).unwrap();
        whole.handle().unwrap().write_all(b"new").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        whole.end().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = Replaced::begin(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("it is a folder; name a file"), "{error}");
    }
}
