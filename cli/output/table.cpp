// SPDX-License-Identifier: Apache-2.0
#include "output/table.hpp"

#include <algorithm>

namespace ingot::cli::output {

namespace {

constexpr std::size_t kGap = 3;

std::vector<std::size_t> widths_of(const Table& table, bool headers) {
  std::vector<std::size_t> widths(table.headers.size(), 0);
  for (std::size_t i = 0; headers && i < widths.size(); ++i) {
    widths[i] = width_of(table.headers[i]);
  }
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i].text));
    }
  }
  return widths;
}

std::string line_of(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                    const Style& style, const TableLayout& layout) {
  std::string line(layout.indent, ' ');
  std::size_t used = layout.indent;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t room =
        layout.columns ? *layout.columns - std::min(*layout.columns, used) : std::string::npos;
    const auto text = shorten(cells[i].text, room, style.unicode);
    const auto width = width_of(text);
    line += style.paint(text.empty() ? Colour::none : cells[i].colour, text);
    used += width;
    if (i + 1 < cells.size()) {
      const auto gap = widths[i] - std::min(widths[i], width) + kGap;
      line.append(gap, ' ');
      used += gap;
    }
  }
  while (line.ends_with(' ')) {
    line.pop_back();
  }
  return line + "\n";
}

}  // namespace

std::string render(const Table& table, const Style& style, const TableLayout& layout) {
  const auto widths = widths_of(table, layout.headers);
  std::string text;
  if (layout.headers) {
    text += line_of(std::vector<Cell>(table.headers.begin(), table.headers.end()), widths, style, layout);
  }
  for (const auto& row : table.rows) {
    text += line_of(row, widths, style, layout);
  }
  return text;
}

}  // namespace ingot::cli::output
