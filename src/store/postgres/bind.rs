//! Arguments on their way to a server. Every one has a type, so that no statement has to say it.

use crate::store::error::StoreError;
use crate::store::value::Value;
use sqlx::Arguments;
use sqlx::postgres::PgArguments;
use uuid::Uuid;

/// The arguments of a statement.
pub(in crate::store) fn bind(values: Vec<Value>) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    for value in values {
        let added = match value {
            Value::Int(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Id(id) => arguments.add(id),
            Value::Bytes(bytes) => arguments.add(bytes),
        };
        added.map_err(|error| StoreError::Driver(error.to_string()))?;
    }
    Ok(arguments)
}

/// One column of rows to be inserted.
enum Column {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Id(Vec<Option<Uuid>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Column {
    fn starting_with(value: &Value, rows: usize) -> Self {
        match value {
            Value::Int(_) => Self::Int(Vec::with_capacity(rows)),
            Value::Text(_) => Self::Text(Vec::with_capacity(rows)),
            Value::Id(_) => Self::Id(Vec::with_capacity(rows)),
            Value::Bytes(_) => Self::Bytes(Vec::with_capacity(rows)),
        }
    }

    fn push(&mut self, value: Value) -> Result<(), StoreError> {
        match (self, value) {
            (Self::Int(column), Value::Int(value)) => column.push(value),
            (Self::Text(column), Value::Text(value)) => column.push(value),
            (Self::Id(column), Value::Id(value)) => column.push(value),
            (Self::Bytes(column), Value::Bytes(value)) => column.push(value),
            _ => return Err(StoreError::Driver("a column of rows holds values of two types".into())),
        }
        Ok(())
    }
}

/// Rows of equal shape as one array a column.
pub(in crate::store) fn bind_columns(rows: Vec<Vec<Value>>) -> Result<PgArguments, StoreError> {
    let count = rows.len();
    let mut columns: Vec<Column> = match rows.first() {
        Some(first) => first.iter().map(|value| Column::starting_with(value, count)).collect(),
        None => Vec::new(),
    };
    for row in rows {
        if row.len() != columns.len() {
            return Err(StoreError::Driver("rows of one statement differ in their number of columns".into()));
        }
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value)?;
        }
    }
    let mut arguments = PgArguments::default();
    for column in columns {
        let added = match column {
            Column::Int(values) => arguments.add(values),
            Column::Text(values) => arguments.add(values),
            Column::Id(values) => arguments.add(values),
            Column::Bytes(values) => arguments.add(values),
        };
        added.map_err(|error| StoreError::Driver(error.to_string()))?;
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::value::args;

    #[test]
    fn rows_become_one_argument_a_column() {
        let rows = vec![args![1_i64, "a", None::<Vec<u8>>], args![None::<i64>, "b", Some(vec![1_u8])]];
        assert_eq!(bind_columns(rows).unwrap().len(), 3);
    }

    #[test]
    fn rows_of_two_shapes_are_refused() {
        assert!(bind_columns(vec![args![1_i64], args!["a"]]).is_err());
        assert!(bind_columns(vec![args![1_i64], args![1_i64, 2_i64]]).is_err());
    }
}
