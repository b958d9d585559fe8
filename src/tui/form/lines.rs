//! A group of lines that repeats in a form: the defects of an inspection, the people of a crew. The fields of one line
//! stand beside each other; a list that grows always has one empty line at its end.

use super::Form;
use super::field::Field;

/// The most lines that a group grows to.
const MOST: usize = 100;

/// A group of lines.
#[derive(Debug, Clone)]
pub struct Lines {
    /// The fields of a new, empty line, none where the lines are given.
    pub blank: Option<fn() -> Vec<Field>>,
}

impl Form {
    /// Gives the form a group of lines that grows, with one empty line. It stands where the fields end now.
    pub fn grow_lines(&mut self, blank: fn() -> Vec<Field>) {
        self.lines = Some(Lines { blank: Some(blank) });
        self.add_line(blank());
    }

    /// Adds a line, empty or filled in.
    pub fn add_line(&mut self, fields: Vec<Field>) {
        let line = self.line_count();
        let end = self.fields.iter().rposition(|field| field.line.is_some()).map_or(self.fields.len(), |last| last + 1);
        let fields = fields.into_iter().map(|field| Field { line: Some(line), ..field });
        self.fields.splice(end..end, fields);
        self.lines.get_or_insert(Lines { blank: None });
    }

    /// How many lines there are, the empty one at the end too.
    pub fn line_count(&self) -> usize {
        self.fields.iter().filter_map(|field| field.line).max().map_or(0, |last| last + 1)
    }

    /// A field of a line by name.
    pub fn line_field(&self, line: usize, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.line == Some(line) && field.name == name)
    }

    /// What stands in a field of a line, trimmed.
    pub fn line_text(&self, line: usize, name: &str) -> &str {
        self.line_field(line, name).map_or("", |field| field.text.trim())
    }

    /// The lines in which something stands.
    pub fn filled_lines(&self) -> Vec<usize> {
        (0..self.line_count()).filter(|line| !self.is_blank(Some(*line))).collect()
    }

    /// Whether nothing stands in a line; what belongs to no line is never blank.
    pub(super) fn is_blank(&self, line: Option<usize>) -> bool {
        line.is_some()
            && self.lines.as_ref().is_some_and(|lines| lines.blank.is_some())
            && self.fields.iter().filter(|field| field.line == line).all(|field| field.text.trim().is_empty())
    }

    /// Keeps one empty line at the end of lines that grow.
    pub(super) fn keep_growing(&mut self) {
        let count = self.line_count();
        let Some(blank) = self.lines.as_ref().and_then(|lines| lines.blank) else { return };
        if count < MOST && count.checked_sub(1).is_none_or(|last| !self.is_blank(Some(last))) {
            self.add_line(blank());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::FormKind;
    use super::super::field::FieldKind;
    use super::*;
    use crate::domain::clock::Instant;

    fn defects() -> Vec<Field> {
        vec![
            Field::new("defect_type", "Defect", FieldKind::Text(8), "").required(),
            Field::new("count", "Count", FieldKind::Whole, "").required(),
        ]
    }

    fn type_into(form: &mut Form, index: usize, text: &str) {
        form.focus = index;
        form.focused_mut().expect("field").paste(text);
        form.leave_field(Instant(0));
    }

    #[test]
    fn lines_grow_by_one_as_they_are_filled_and_empty_ones_are_not_asked_for_anything() {
        let mut form = Form::new(FormKind::SetPassword, None);
        let own = form.fields.len();
        form.grow_lines(defects);
        assert_eq!((form.line_count(), form.filled_lines()), (1, vec![]));
        type_into(&mut form, own, "SCRATCH");
        assert_eq!((form.line_count(), form.filled_lines()), (2, vec![0]));
        type_into(&mut form, own + 1, "3");
        type_into(&mut form, own + 2, "");
        assert_eq!(form.line_text(0, "count"), "3");
        assert!(form.fields.iter().all(|field| field.reject.is_none()), "the blank line is no mistake");
        assert_eq!(form.line_count(), 2);
    }

    #[test]
    fn a_wrong_field_of_a_line_is_named_by_its_line() {
        let mut form = Form::new(FormKind::SetPassword, None);
        let own = form.fields.len();
        form.grow_lines(defects);
        type_into(&mut form, own, "SCRATCH");
        type_into(&mut form, own + 1, "3x");
        let reject = form.fields[own + 1].reject.clone().expect("3x is no number");
        assert_eq!(reject.field, "count.1");
        form.fields[own + 1].reject = None;
        assert!(form.reject(&[reject]), "a refusal finds its line");
        assert_eq!(form.focus, own + 1);
    }
}
