// SPDX-License-Identifier: Apache-2.0
#include "yaml/document.hpp"

#include "base/error.hpp"
#include "yaml/document_split.hpp"
#include "yaml/text_check.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>
#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

namespace ingot::yaml {
namespace {

[[noreturn]] void refuse(int line, std::string_view what) {
  throw base::Error({.code = base::ErrorCode::invalid_input,
                     .message = "this is not YAML",
                     .problems = {fmt::format("line {}: {}", line, what)}});
}

// yaml-cpp's words for the mistakes people make most, in words that say what to look at.
std::string_view in_plain_words(std::string_view message) {
  if (message == "illegal map value") {
    return "no ':' can stand here; check the indentation, and quote texts that hold ': '";
  }
  if (message == "end of map not found") {
    return "this does not fit into the mapping around it; check the indentation";
  }
  if (message == "end of sequence not found") {
    return "this does not fit into the list around it; check the indentation";
  }
  if (message == "end of map flow not found") {
    return "a '{' has no '}'";
  }
  if (message == "end of sequence flow not found") {
    return "a '[' has no ']'";
  }
  return message;
}

struct Cost {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
};

// The documents of one text share one budget.
class Budget {
 public:
  explicit Budget(const Limits& limits) : limits_(limits) {}

  // For a value that stands in the text.
  void write_one(int line) {
    if (++written_ > limits_.nodes) {
      refuse(line, fmt::format("more than {} values", limits_.nodes));
    }
  }

  // For values that an alias or a merge key makes more of.
  void copy(const Cost& cost, int line) {
    copied_.nodes += cost.nodes;
    copied_.bytes += cost.bytes;
    if (copied_.nodes > limits_.copied_nodes || copied_.bytes > limits_.copied_bytes) {
      refuse(line, fmt::format("aliases make more than {} values or {} bytes of the text",
                               limits_.copied_nodes, limits_.copied_bytes));
    }
  }

  void check_depth(std::size_t depth, int line) const {
    if (depth > limits_.depth) {
      refuse(line, fmt::format("nested more than {} levels deep", limits_.depth));
    }
  }

 private:
  Limits limits_;
  std::size_t written_ = 0;
  Cost copied_;
};

// Builds the tree of one document from yaml-cpp's events, which (unlike its own nodes) tell duplicates,
// quoting and aliases apart.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(Budget& budget, int lines_before) : budget_(budget), lines_before_(lines_before) {}

  [[nodiscard]] Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(seen_, true)) {
      refuse(line_of(mark), "this belongs to nothing that stands before it");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add_leaf(mark, anchor, Node{.kind = Kind::null});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add_leaf(mark, anchor, Node{.kind = Kind::scalar, .text = value, .tag = tag == "?" ? "" : tag});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      refuse(line_of(mark), "an alias stands inside what it refers to");
    }
    budget_.copy(found->second.cost, line_of(mark));
    budget_.check_depth(open_.size() + found->second.height, line_of(mark));
    close({.node = found->second.node, .cost = found->second.cost, .height = found->second.height});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, anchor, Node{.kind = Kind::sequence, .tag = tag == "?" ? "" : tag, .flow = is_flow(style)});
  }
  void OnSequenceEnd() override { close(pop()); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, anchor, Node{.kind = Kind::mapping, .tag = tag == "?" ? "" : tag, .flow = is_flow(style)});
  }
  void OnMapEnd() override {
    Open done = pop();
    pair_up(done);
    close(std::move(done));
  }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    Cost cost;
    std::size_t height = 1;
  };

  static bool is_flow(YAML::EmitterStyle::value style) { return style == YAML::EmitterStyle::Flow; }

  [[nodiscard]] int line_of(const YAML::Mark& mark) const { return lines_before_ + mark.line + 1; }

  void add_leaf(const YAML::Mark& mark, YAML::anchor_t anchor, Node node) {
    open(mark, anchor, std::move(node));
    close(pop());
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, Node node) {
    node.line = line_of(mark);
    const Cost cost{.nodes = 1, .bytes = node.text.size()};
    budget_.write_one(node.line);
    budget_.check_depth(open_.size() + 1, node.line);
    open_.push_back({.node = std::move(node), .anchor = anchor, .cost = cost});
  }

  Open pop() {
    Open top = std::move(open_.back());
    open_.pop_back();
    return top;
  }

  void close(Open done) {
    if (done.anchor != YAML::NullAnchor) {
      budget_.copy(done.cost, done.node.line);
      anchors_[done.anchor] = done;
    }
    if (open_.empty()) {
      root_ = std::move(done.node);
      return;
    }
    Open& parent = open_.back();
    parent.cost.nodes += done.cost.nodes;
    parent.cost.bytes += done.cost.bytes;
    parent.height = std::max(parent.height, done.height + 1);
    parent.node.items.push_back(std::move(done.node));
  }

  // Keys and values arrive in turn. Merged entries come after the mapping's own, which win.
  void pair_up(Open& mapping) {
    Node& node = mapping.node;
    std::vector<Node> merged;
    for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
      Node& key = node.items[i];
      if (key.kind == Kind::scalar && key.text == "<<" && key.tag.empty()) {
        merged.push_back(std::move(node.items[i + 1]));
      } else {
        node.entries.push_back({std::move(key), std::move(node.items[i + 1])});
      }
    }
    node.items.clear();
    for (const Node& source : merged) {
      merge(mapping, source);
    }
  }

  void merge(Open& into, const Node& source) {
    if (source.kind == Kind::sequence) {
      for (const Node& item : source.items) {
        merge_mapping(into, item);
      }
    } else {
      merge_mapping(into, source);
    }
  }

  void merge_mapping(Open& into, const Node& source) {
    if (source.kind != Kind::mapping) {
      refuse(source.line, "'<<' merges mappings, and this is none");
    }
    auto& entries = into.node.entries;
    // Each comparison is paid for, or merges of merges could cost the square of what they hold.
    budget_.copy({.nodes = source.entries.size() * (entries.size() + 1) / 16}, source.line);
    for (const Node::Entry& entry : source.entries) {
      const auto same = [&](const Node::Entry& own) {
        return own.key.kind == entry.key.kind && own.key.text == entry.key.text;
      };
      if (std::none_of(entries.begin(), entries.end(), same)) {
        entries.push_back(entry);
      }
    }
  }

  Budget& budget_;
  int lines_before_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Open> anchors_;
  Node root_;
  bool seen_ = false;
};

Node parse_piece(const Piece& piece, Budget& budget) {
  std::istringstream stream{std::string(piece.text)};
  TreeBuilder builder(budget, piece.lines_before);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {  // a second one is refused by the builder
    }
  } catch (const YAML::Exception& error) {
    refuse(piece.lines_before + std::max(error.mark.line, 0) + 1, in_plain_words(error.msg));
  }
  return builder.take();
}

std::string_view checked(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    throw base::Error(base::ErrorCode::invalid_input, "this is too long for YAML we read",
                      fmt::format("{} bytes, and {} are the limit", text.size(), limits.bytes));
  }
  check_is_text(text);
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  return text.substr(0, kByteOrderMark.size()) == kByteOrderMark ? text.substr(kByteOrderMark.size()) : text;
}

}  // namespace

Limits manifest_limits() {
  return {.bytes = std::size_t{16} << 20, .nodes = 1'000'000, .depth = 128};
}

Node parse_first(std::string_view text, const Limits& limits) {
  Budget budget(limits);
  const auto pieces = split_documents(checked(text, limits));
  return pieces.empty() ? Node{} : parse_piece(pieces.front(), budget);
}

std::vector<Node> parse_all(std::string_view text, const Limits& limits) {
  Budget budget(limits);
  std::vector<Node> documents;
  for (const Piece& piece : split_documents(checked(text, limits))) {
    documents.push_back(parse_piece(piece, budget));
  }
  return documents;
}

}  // namespace ingot::yaml
