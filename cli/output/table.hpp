// SPDX-License-Identifier: Apache-2.0
// Text in columns: upper-case headers, three spaces between, no borders, nothing after the last value.
#pragma once

#include "output/style.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ingot::cli::output {

struct Cell {
  Cell(std::string cell_text, Colour cell_colour = Colour::none)
      : text(std::move(cell_text)), colour(cell_colour) {}
  std::string text;
  Colour colour = Colour::none;
};

struct Table {
  std::vector<std::string> headers;
  std::vector<std::vector<Cell>> rows;
};

struct TableLayout {
  bool headers = true;
  std::size_t indent = 0;
  std::optional<std::size_t> columns;  // lines are cut to this width; none: never
};

[[nodiscard]] std::string render(const Table& table, const Style& style, const TableLayout& layout);

}  // namespace ingot::cli::output
