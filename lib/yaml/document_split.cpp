// SPDX-License-Identifier: Apache-2.0
#include "yaml/document_split.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace ingot::yaml {
namespace {

bool is_marker(std::string_view line, std::string_view marker) {
  if (line.substr(0, marker.size()) != marker) {
    return false;
  }
  return line.size() == marker.size() || line[marker.size()] == ' ' || line[marker.size()] == '\t' ||
         line[marker.size()] == '\r';
}

bool has_content(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  return first != std::string_view::npos && line[first] != '#' && line[0] != '%';
}

// Collects lines into pieces. Comments and directives before a "---" belong to the document it starts.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<Piece> run() {
    for (std::size_t at = 0; at < text_.size(); ++line_) {
      const auto end = std::min(text_.find('\n', at), text_.size());
      take_line(at, text_.substr(at, end - at));
      at = std::min(end + 1, text_.size());
    }
    emit(text_.size());
    return std::move(pieces_);
  }

 private:
  void take_line(std::size_t at, std::string_view line) {
    if (is_marker(line, "---")) {
      if (started_) {
        emit(at);
        begin(at, line_);
      }
      started_ = true;
    } else if (is_marker(line, "...")) {
      emit(at);
      begin(std::min(at + line.size() + 1, text_.size()), line_ + 1);
    } else if (has_content(line)) {
      started_ = true;
    }
  }

  void begin(std::size_t at, int line) {
    from_ = at;
    from_line_ = line;
    started_ = false;
  }

  void emit(std::size_t until) {
    if (started_) {
      pieces_.push_back({text_.substr(from_, until - from_), from_line_});
    }
    started_ = false;
  }

  std::string_view text_;
  std::vector<Piece> pieces_;
  std::size_t from_ = 0;
  int from_line_ = 0;
  int line_ = 0;
  bool started_ = false;
};

}  // namespace

std::vector<Piece> split_documents(std::string_view text) {
  return Splitter(text).run();
}

}  // namespace ingot::yaml
