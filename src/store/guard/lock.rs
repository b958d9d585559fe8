//! Puts a judge on a connection: the only file with `unsafe` in it, because sqlx has no door to the library's
//! authorizer and the settings beside it.
#![allow(unsafe_code, reason = "the library's C interface; every block says why it is sound")]

use super::right::Asked;
use crate::store::error::StoreError;
use libsqlite3_sys::{
    SQLITE_AUTH, SQLITE_DBCONFIG_DEFENSIVE, SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
    SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DENY, SQLITE_FUNCTION, SQLITE_INSERT, SQLITE_LIMIT_ATTACHED, SQLITE_OK,
    SQLITE_READ, SQLITE_SELECT, SQLITE_TRANSACTION, SQLITE_UPDATE, sqlite3, sqlite3_db_config, sqlite3_errmsg,
    sqlite3_exec, sqlite3_limit, sqlite3_set_authorizer, sqlite3_set_clientdata,
};
use sqlx::sqlite::LockedSqliteHandle;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The library's settings on a guarded connection: nobody writes its own tables, no text loads code, nothing in the
/// schema runs functions that are not harmless, and a misspelled column is no text.
const SETTINGS: [(c_int, c_int); 4] = [
    (SQLITE_DBCONFIG_DEFENSIVE, 1),
    (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
    (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
    (SQLITE_DBCONFIG_DQS_DML, 0),
];

/// Says whether something may be done, by the view, trigger or WITH of that name, if by any.
pub(super) trait Judge: Fn(Asked<'_>, Option<&str>) -> bool + Send + 'static {}

impl<J: Fn(Asked<'_>, Option<&str>) -> bool + Send + 'static> Judge for J {}

/// Under which name the library keeps the judge for as long as the connection lives.
const KEPT_AS: &CStr = c"kpi-ops guard";

/// Runs the texts, then has everything judged, and proves that it is.
pub(super) fn lock<J: Judge>(
    handle: &mut LockedSqliteHandle<'_>,
    texts: &[String],
    judge: J,
) -> Result<(), StoreError> {
    // Nobody else uses the connection while `handle` exists, and it outlives this function.
    let connection = handle.as_raw_handle().as_ptr();
    for text in texts {
        run(connection, text).map_err(|(_, message)| StoreError::Driver(message))?;
    }
    for (setting, wanted) in SETTINGS {
        let mut is = -1;
        // SAFETY: the connection is open and ours alone; these settings take an int and a pointer to an int, which
        // lives until the call returns.
        let code = unsafe { sqlite3_db_config(connection, setting, wanted, &raw mut is) };
        if code != SQLITE_OK || is != wanted {
            return Err(StoreError::Driver(format!("the library does not take setting {setting}")));
        }
    }
    // SAFETY: the connection is open and ours alone; the limit is a number.
    unsafe { sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0) };
    set_authorizer(connection, judge)?;
    match run(connection, "SELECT name FROM main.sqlite_schema") {
        Err((SQLITE_AUTH, _)) => Ok(()),
        other => Err(StoreError::Driver(format!("the guard does not guard: {other:?}"))),
    }
}

fn set_authorizer<J: Judge>(connection: *mut sqlite3, judge: J) -> Result<(), StoreError> {
    let judge = Box::into_raw(Box::new(judge)).cast::<c_void>();
    // SAFETY: the connection is open and ours alone, and the name ends in a zero. From here on the library owns the
    // judge: it calls `forget` exactly once, now if it cannot keep it, else when the connection closes. It refuses
    // to close while a statement exists, and asks the authorizer only while it prepares one, so never afterwards.
    // Nobody sets data of that name a second time, because a connection is guarded once.
    let kept = unsafe { sqlite3_set_clientdata(connection, KEPT_AS.as_ptr(), judge, Some(forget::<J>)) };
    if kept != SQLITE_OK {
        return Err(StoreError::Driver("the library does not keep the guard".into()));
    }
    // SAFETY: `judge` lives as long as the connection, see above, and `asked` takes it for the type that it is.
    let set = unsafe { sqlite3_set_authorizer(connection, Some(asked::<J>), judge) };
    if set == SQLITE_OK { Ok(()) } else { Err(StoreError::Driver("the library does not take the guard".into())) }
}

/// Runs statements that give no rows anybody wants.
fn run(connection: *mut sqlite3, text: &str) -> Result<(), (c_int, String)> {
    let text = CString::new(text).map_err(|error| (SQLITE_OK, error.to_string()))?;
    // SAFETY: the connection is open and ours alone, the text ends in a zero and lives until the call returns; no
    // callback is given, and no message is asked for that somebody would have to free.
    let code = unsafe { sqlite3_exec(connection, text.as_ptr(), None, std::ptr::null_mut(), std::ptr::null_mut()) };
    if code == SQLITE_OK {
        return Ok(());
    }
    // SAFETY: the library gives text that ends in a zero and stays until the connection is used again; it is copied.
    let message = unsafe { CStr::from_ptr(sqlite3_errmsg(connection)) }.to_string_lossy().into_owned();
    // The lower byte is the kind of error, the rest says more of it.
    Err((code & 0xff, message))
}

/// Frees the judge of a connection that closes.
unsafe extern "C" fn forget<J: Judge>(judge: *mut c_void) {
    // SAFETY: the library gives back what `set_authorizer` gave it, a boxed `J`, and does so once.
    drop(unsafe { Box::from_raw(judge.cast::<J>()) });
}

/// The library's question, while it prepares a statement. It must not unwind into C, and need not: a panic refuses.
unsafe extern "C" fn asked<J: Judge>(
    judge: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    database: *const c_char,
    by: *const c_char,
) -> c_int {
    let allowed = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: `judge` is what `set_authorizer` gave, alive while the connection is, and only ever read; the
        // library asks on the thread that has the connection.
        let judge = unsafe { &*judge.cast::<J>() };
        // SAFETY: each is null or text of the library that ends in a zero and stays until this returns.
        let (first, second, database, by) = unsafe { (text(first), text(second), text(database), text(by)) };
        // Text that is not UTF-8 is nothing that the program named.
        let (Ok(first), Ok(second), Ok(database), Ok(by)) = (first, second, database, by) else { return false };
        question(action, first, second, database).is_some_and(|asked| judge(asked, by))
    }));
    if allowed.unwrap_or(false) { SQLITE_OK } else { SQLITE_DENY }
}

/// What is asked, where it is anything that can be allowed.
fn question<'a>(
    action: c_int,
    first: Option<&'a str>,
    second: Option<&'a str>,
    database: Option<&'a str>,
) -> Option<Asked<'a>> {
    Some(match action {
        SQLITE_SELECT => Asked::Select,
        SQLITE_TRANSACTION => Asked::Transaction,
        SQLITE_READ => Asked::Read { table: first?, database },
        SQLITE_FUNCTION => Asked::Function(second?),
        SQLITE_INSERT => Asked::Insert { table: first?, database: database? },
        SQLITE_UPDATE => Asked::Update { table: first?, database: database? },
        _ => return None,
    })
}

/// # Safety
/// The pointer is null, or points to text that ends in a zero and stays for the lifetime that is asked for.
unsafe fn text<'a>(pointer: *const c_char) -> Result<Option<&'a str>, std::str::Utf8Error> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: promised by the caller.
    unsafe { CStr::from_ptr(pointer) }.to_str().map(Some)
}
