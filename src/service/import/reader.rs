//! Reading a file row by row: byte-order mark, comma or semicolon, columns in any order, lines counted as an editor
//! counts them. Nothing but the rows of one batch is in memory.

use crate::domain::entity::{Entity, FileColumn};
use crate::domain::reject::Reject;
use csv::{ByteRecord, StringRecord};
use std::io::{BufRead, BufReader, Read};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// The columns that the file of rejected rows has behind its own; a mended one can be imported as it is.
pub(super) const REJECTED_COLUMNS: [&str; 3] = ["line", "column", "reason"];
/// What the last of them is called where the file has a `reason` itself.
pub(super) const REJECTED_REASON: &str = "rejected_reason";

/// Where the columns of a file are.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The header as it stands, without the columns of a file of rejected rows.
    pub(super) header: Vec<String>,
    /// Comma or semicolon.
    pub(super) delimiter: u8,
    /// Fields in the header as it stands.
    width: usize,
    /// For each column of the entity its position in the file.
    places: Vec<(&'static FileColumn, Option<usize>)>,
}

impl Layout {
    /// The columns of the entity that the file has, with their positions.
    pub(super) fn present(&self) -> impl Iterator<Item = (&'static FileColumn, usize)> + '_ {
        self.places.iter().filter_map(|(column, place)| place.map(|place| (*column, place)))
    }

    /// The layout of one row of a screen.
    pub(super) fn of_screen(entity: Entity, fields: &[(String, String)]) -> Result<Self, Vec<Reject>> {
        let header: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
        let known = |name: &str| entity.screen_columns().any(|column| column.name == name);
        let stray = header.iter().filter(|name| !known(name));
        let rejects: Vec<_> =
            stray.map(|name| Reject::new(name, "is no field of it", "use the fields of its form")).collect();
        if !rejects.is_empty() {
            return Err(rejects);
        }
        let place = |name: &str| header.iter().position(|field| field == name);
        let places = entity.screen_columns().map(|column| (column, place(column.name))).collect();
        Ok(Self { width: header.len(), header, delimiter: b',', places })
    }

    /// Where a column stands.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.places.iter().find(|(column, _)| column.name == name).and_then(|(_, place)| *place)
    }

    /// How many fields of a row are the file's own, the reasons of an earlier rejection apart.
    pub(super) fn own_fields(&self, row: &ByteRecord) -> usize {
        if row.len() == self.width { self.header.len() } else { row.len() }
    }

    /// Whether the file has a column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }
}

/// One row of the file.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The line it begins on.
    pub(super) line: u64,
    /// Its fields; the bytes where they are no UTF-8.
    pub(super) fields: Result<StringRecord, ByteRecord>,
}

impl Row {
    /// Its fields as they stand in the file.
    pub(super) fn raw(&self) -> &ByteRecord {
        match &self.fields {
            Ok(fields) => fields.as_byte_record(),
            Err(fields) => fields,
        }
    }

    /// Its fields, or why they cannot be read.
    pub(super) fn readable(&self, layout: &Layout) -> Result<&StringRecord, Reject> {
        let fields = match &self.fields {
            Ok(fields) => fields,
            Err(fields) => {
                let broken = fields.iter().position(|field| std::str::from_utf8(field).is_err());
                let column = broken.and_then(|place| layout.header.get(place)).map_or("row", String::as_str);
                return Err(Reject::new(column, "is not UTF-8", "save the file as UTF-8"));
            }
        };
        if fields.len() == layout.width {
            return Ok(fields);
        }
        let why = format!("has {} fields, the header has {}", fields.len(), layout.width);
        let way_out = if fields.iter().any(|field| field.contains('\n')) {
            "close the quotation mark"
        } else {
            "put fields that hold the separator in quotation marks"
        };
        Err(Reject::new("row", why, way_out))
    }
}

/// The rows of a file.
#[derive(Debug)]
pub(super) struct Source<R: Read> {
    rows: csv::Reader<PlainLines<BufReader<R>>>,
    /// Where its columns are.
    pub(super) layout: Layout,
}

impl<R: Read> Source<R> {
    /// Reads the header.
    pub(super) fn open(entity: Entity, file: R) -> Result<Self, SourceError> {
        let mut input = BufReader::with_capacity(1 << 16, file);
        let start = input.fill_buf().map_err(SourceError::Read)?;
        let mark = if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let delimiter = delimiter(start.get(mark..).unwrap_or_default());
        input.consume(mark);
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(PlainLines::new(input));
        let mut header = ByteRecord::new();
        if !rows.read_byte_record(&mut header).map_err(broken)? {
            let way_out = format!("the columns of {entity} are {}", entity.columns_text());
            return Err(Reject::new("header", "is missing, the file is empty", way_out).into());
        }
        let header = StringRecord::from_byte_record(header)
            .map_err(|_| Reject::new("header", "is not UTF-8", "save the file as \"CSV UTF-8\""))?;
        let names = header.iter().map(|name| name.trim().to_owned()).collect();
        Ok(Self { rows, layout: layout(entity, names, delimiter)? })
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<Row>, SourceError> {
        let mut fields = ByteRecord::new();
        if !self.rows.read_byte_record(&mut fields).map_err(broken)? {
            return Ok(None);
        }
        // Every line ends in a line feed here, so the row began as many lines before the reader as it has.
        let line = self.rows.position().line().saturating_sub(1 + count(fields.as_slice(), b'\n'));
        let fields = StringRecord::from_byte_record(fields).map_err(csv::FromUtf8Error::into_byte_record);
        Ok(Some(Row { line, fields }))
    }

    /// The next rows, at most `most`.
    pub(super) fn batch(&mut self, most: usize) -> Result<Vec<Row>, SourceError> {
        let mut rows = Vec::with_capacity(most);
        while rows.len() < most {
            match self.next()? {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        Ok(rows)
    }
}

/// Why a file cannot be read at all.
#[derive(Debug)]
pub(super) enum SourceError {
    /// The system says no.
    Read(std::io::Error),
    /// The header is wrong.
    Header(Vec<Reject>),
}

impl From<Reject> for SourceError {
    fn from(reject: Reject) -> Self {
        Self::Header(vec![reject])
    }
}

fn broken(error: csv::Error) -> SourceError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => SourceError::Read(error),
        other => SourceError::Read(std::io::Error::other(format!("{other:?}"))),
    }
}

/// Semicolons where the header has more of them than commas.
fn delimiter(start: &[u8]) -> u8 {
    let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if count(header, b';') > count(header, b',') { b';' } else { b',' }
}

fn count(text: &[u8], wanted: u8) -> u64 {
    text.iter().map(|byte| u64::from(*byte == wanted)).sum()
}

fn layout(entity: Entity, mut header: Vec<String>, delimiter: u8) -> Result<Layout, SourceError> {
    let width = header.len();
    let last = header.last_chunk::<3>().map(|last| last.each_ref().map(String::as_str));
    if last == Some(REJECTED_COLUMNS) || last == Some(["line", "column", REJECTED_REASON]) {
        header.truncate(width - REJECTED_COLUMNS.len());
    }
    let columns = entity.columns();
    let mut rejects = Vec::new();
    for (position, name) in header.iter().enumerate() {
        if !columns.iter().any(|column| column.name == name) {
            let why = if name.is_empty() { "a column has no name".to_owned() } else { "is no column".to_owned() };
            let way_out = format!("the columns of {entity} are {}", entity.columns_text());
            let shown: String = name.chars().filter(|letter| !letter.is_control()).take(80).collect();
            rejects.push(Reject::new(if name.is_empty() { "header" } else { &shown }, why, way_out));
        } else if header.iter().take(position).any(|before| before == name) {
            rejects.push(Reject::new(name, "stands twice in the header", "keep one of the two columns"));
        }
    }
    for column in columns.iter().filter(|column| column.required) {
        if !header.iter().any(|name| name == column.name) {
            let way_out = format!("add the column ({})", column.form.hint());
            rejects.push(Reject::new(column.name, "is missing in the header", way_out));
        }
    }
    if !rejects.is_empty() {
        return Err(SourceError::Header(rejects));
    }
    let places = columns.iter().map(|column| (column, header.iter().position(|name| name == column.name))).collect();
    Ok(Layout { header, delimiter, width, places })
}

/// Ends every line in a line feed alone, the last one too, so that lines can be counted.
#[derive(Debug)]
struct PlainLines<R> {
    inner: R,
    last: u8,
    done: bool,
}

impl<R> PlainLines<R> {
    const fn new(inner: R) -> Self {
        Self { inner, last: b'\n', done: false }
    }
}

impl<R: BufRead> Read for PlainLines<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut written = 0;
        while written < out.len() && !self.done {
            let input = self.inner.fill_buf()?;
            if input.is_empty() {
                self.done = true;
                if self.last != b'\n' {
                    written += put(out, written, b'\n');
                }
                break;
            }
            let room = out.len() - written;
            let taken = input.len().min(room);
            let mut last = self.last;
            for &byte in input.iter().take(taken) {
                // A carriage return becomes the line feed; the line feed behind it is dropped.
                let plain = if byte == b'\r' { b'\n' } else { byte };
                if !(byte == b'\n' && last == b'\r') {
                    written += put(out, written, plain);
                }
                last = byte;
            }
            self.inner.consume(taken);
            self.last = last;
        }
        Ok(written)
    }
}

fn put(out: &mut [u8], place: usize, byte: u8) -> usize {
    match out.get_mut(place) {
        Some(free) => {
            *free = byte;
            1
        }
        None => 0,
    }
}
