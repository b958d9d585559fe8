//! A screen buffer as an SVG: one text element per run of cells that look alike.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;

const CELL: (u32, u32) = (9, 19);
const INK: &str = "#d0d4d8";
const PAPER: &str = "#15181c";

/// Draws a buffer.
pub fn of(buffer: &Buffer) -> String {
    let (columns, rows) = (u32::from(buffer.area.width), u32::from(buffer.area.height));
    let (width, height) = ((columns + 2) * CELL.0, (rows + 1) * CELL.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"15\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    for row in 0..buffer.area.height {
        for (start, run) in runs(buffer, row) {
            draw_run(&mut svg, u32::from(start), u32::from(row), &run);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Cells of a row that look alike, with the column of the first.
fn runs(buffer: &Buffer, row: u16) -> Vec<(u16, Vec<&Cell>)> {
    let mut runs: Vec<(u16, Vec<&Cell>)> = Vec::new();
    for column in 0..buffer.area.width {
        let cell = &buffer[(column, row)];
        match runs.last_mut() {
            Some((_, run)) if run.last().is_some_and(|last| last.style() == cell.style()) => run.push(cell),
            _ => runs.push((column, vec![cell])),
        }
    }
    runs
}

fn draw_run(svg: &mut String, column: u32, row: u32, run: &[&Cell]) {
    let Some(first) = run.first() else { return };
    let reversed = first.modifier.contains(Modifier::REVERSED);
    let (mut ink, mut paper) = (color(first.fg, INK), color(first.bg, PAPER));
    if reversed {
        std::mem::swap(&mut ink, &mut paper);
    }
    let (x, y) = ((column + 1) * CELL.0, row * CELL.1 + CELL.1 / 2);
    let width = u32::try_from(run.len()).unwrap_or(0) * CELL.0;
    if paper != PAPER {
        let _ = writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\" fill=\"{paper}\"/>", CELL.1);
    }
    let text: String = run.iter().map(|cell| cell.symbol()).collect();
    if text.trim().is_empty() {
        return;
    }
    let weight = if first.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let faint = if first.modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
    let under = if first.modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" fill=\"{ink}\"{weight}{faint}{under}>{text}</text>",
        y + CELL.1 - 5
    );
}

fn color(color: Color, default: &str) -> String {
    let named = match color {
        Color::Black => "#15181c",
        Color::Red | Color::LightRed => "#ff6b5e",
        Color::Green | Color::LightGreen => "#7fbf7f",
        Color::Yellow | Color::LightYellow => "#e8b84a",
        Color::Blue | Color::LightBlue => "#6aa5ff",
        Color::Magenta | Color::LightMagenta => "#c792ea",
        Color::Cyan | Color::LightCyan => "#6fc3c9",
        Color::Gray => "#a8adb3",
        Color::DarkGray => "#747a80",
        Color::White => "#ffffff",
        Color::Rgb(red, green, blue) => return format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Reset | Color::Indexed(_) => default,
    };
    named.to_owned()
}
