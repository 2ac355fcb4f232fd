// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "kubeconfig/document.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::kubeconfig {

namespace {

bool is_flow_mark(char c) {
  return std::string_view(",[]{}").find(c) != std::string_view::npos;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}

// How many bytes at `at` are a character that YAML takes for a line break or forbids: next line and the other
// control characters above 0x7F, line and paragraph separator, byte order mark. 0 if it is none of them.
std::size_t special_length(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.size() >= 2 && rest[0] == '\xC2' && static_cast<unsigned char>(rest[1]) < 0xA0) {
    return 2;
  }
  const bool is_mark = rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9") ||
                       rest.starts_with("\xEF\xBB\xBF");
  return is_mark ? 3 : 0;
}

bool has_special(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (special_length(text, i) > 0) {
      return true;
    }
  }
  return false;
}

std::string escape_special(std::string_view bytes) {
  const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned int code = bytes.size() == 2
                                ? (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU)
                                : (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
  return fmt::format("\\u{:04x}", code);
}

std::string escape(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    default:
      return is_control(c) ? fmt::format("\\u{:04x}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
}

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t special = special_length(text, i);
    if (special > 0) {
      quoted += escape_special(text.substr(i, special));
      i += special - 1;
    } else {
      quoted += escape(text[i]);
    }
  }
  return quoted + '"';
}

// Texts of several lines read better as a block; only the ones a block carries unchanged.
bool fits_block(const Value& value) {
  const std::string& text = value.text;
  if (text.find('\n') == std::string::npos || text.front() == '\n' || text.front() == ' ' ||
      has_special(text)) {
    return false;
  }
  if (text.find(" \n") != std::string::npos || text.back() == ' ' || text.ends_with("\n\n")) {
    return false;
  }
  return std::ranges::none_of(text, [](char c) { return c != '\n' && is_control(c); });
}

class Writer {
 public:
  std::string text;

  // After "key:" or "-": what follows on that line, and the lines below it.
  void value(const Value& value, int indent, bool in_list) {
    if (is_inline(value)) {
      text += ' ' + tagged(value) + inline_text(value, false) + '\n';
    } else if (value.kind == Value::Kind::scalar) {
      block(value, indent + 2);
    } else {
      collection(value, indent, in_list);
    }
  }

  // `continues`: the first member stands behind a "- " that is already written.
  void map(const Value& value, int indent, bool continues) {
    for (const Member& member : value.members) {
      if (!continues) {
        margin(indent);
      }
      continues = false;
      text += tagged(member.key) + scalar(member.key, false) + ':';
      this->value(member.value, indent, false);
    }
  }

  static std::string inline_text(const Value& value, bool in_flow) {
    std::string line;
    const auto separate = [&line] { line += line.size() > 1 ? ", " : ""; };
    switch (value.kind) {
      case Value::Kind::null:
        return "null";
      case Value::Kind::scalar:
        return scalar(value, in_flow);
      case Value::Kind::list:
        line = "[";
        for (const Value& item : value.items) {
          separate();
          line += tagged(item) + inline_text(item, true);
        }
        return line + ']';
      case Value::Kind::map:
        line = "{";
        for (const Member& member : value.members) {
          separate();
          line += tagged(member.key) + scalar(member.key, true) + ": ";
          line += tagged(member.value) + inline_text(member.value, true);
        }
        return line + '}';
    }
    return line;
  }

 private:
  static std::string tagged(const Value& value) { return value.tag.empty() ? "" : value.tag + ' '; }

  static bool is_inline(const Value& value) {
    switch (value.kind) {
      case Value::Kind::null:
        return true;
      case Value::Kind::scalar:
        return !value.tag.empty() || !fits_block(value);
      case Value::Kind::list:
        return value.flow || value.items.empty();
      case Value::Kind::map:
        return value.flow || value.members.empty();
    }
    return true;
  }

  static std::string scalar(const Value& value, bool in_flow) {
    const bool plain = !value.quoted && value.tag.empty() && can_stay_plain(value.text, in_flow);
    return plain ? value.text : in_quotes(value.text);
  }

  void margin(int indent) { text.append(static_cast<std::size_t>(indent), ' '); }

  void block(const Value& value, int indent) {
    const bool ends_with_break = value.text.back() == '\n';
    text += ends_with_break ? " |\n" : " |-\n";
    std::size_t begin = 0;
    while (begin < value.text.size()) {
      const std::size_t end = std::min(value.text.find('\n', begin), value.text.size());
      if (end > begin) {
        margin(indent);
        text.append(value.text, begin, end - begin);
      }
      text += '\n';
      begin = end + 1;
    }
  }

  void collection(const Value& value, int indent, bool in_list) {
    const bool continues = in_list && value.tag.empty();
    text += value.tag.empty() ? "" : ' ' + value.tag;
    text += continues ? " " : "\n";
    if (value.kind == Value::Kind::map) {
      map(value, indent + 2, continues);
    } else {
      // Lists stand below their key without more indentation, as kubectl writes them.
      list(value, in_list ? indent + 2 : indent, continues);
    }
  }

  void list(const Value& value, int indent, bool continues) {
    for (const Value& item : value.items) {
      if (!continues) {
        margin(indent);
      }
      continues = false;
      text += '-';
      this->value(item, indent, true);
    }
  }
};

bool same(const Value& a, const Value& b);

bool same_scalar(const Value& a, const Value& b) {
  // A plain text that only quotes can carry was no number either.
  return a.text == b.text && (a.quoted == b.quoted || !a.tag.empty() || !can_stay_plain(a.text, true));
}

bool same_members(const Value& a, const Value& b) {
  return std::ranges::equal(a.members, b.members, [](const Member& x, const Member& y) {
    return same(x.key, y.key) && same(x.value, y.value);
  });
}

bool same(const Value& a, const Value& b) {
  return a.kind == b.kind && a.tag == b.tag && same_scalar(a, b) &&
         std::ranges::equal(a.items, b.items, same) && same_members(a, b);
}

}  // namespace

bool can_stay_plain(std::string_view text, bool in_flow) {
  constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`";
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':' || has_special(text)) {
    return false;
  }
  if (kIndicators.find(text.front()) != std::string_view::npos) {
    // "-1" and ":80" are fine, "- 1" is a list.
    const bool may_begin = std::string_view("-?:").find(text.front()) != std::string_view::npos;
    if (!may_begin || text.size() == 1 || text[1] == ' ' || text.starts_with("---")) {
      return false;
    }
  }
  if (text.starts_with("...") || text.find(": ") != std::string_view::npos ||
      text.find(" #") != std::string_view::npos) {
    return false;
  }
  return std::ranges::none_of(
      text, [in_flow](char c) { return is_control(c) || (in_flow && (is_flow_mark(c) || c == '?')); });
}

std::string to_yaml(const Value& document) {
  Writer writer;
  if (!document.tag.empty()) {
    writer.text += document.tag + '\n';
  }
  if (document.flow || document.members.empty()) {
    return writer.text + Writer::inline_text(document, false) + '\n';
  }
  writer.map(document, 0, false);
  return writer.text;
}

std::string emit_document(const Value& document, const std::string& file) {
  std::string text = to_yaml(document);
  bool unchanged = false;
  try {
    unchanged = same(document, parse_document(text, file));
  } catch (const base::Error&) {
    unchanged = false;
  }
  if (!unchanged) {
    throw base::Error(base::ErrorCode::unsupported,
                      "the kubeconfig '" + file + "' holds something that cannot be written back unchanged");
  }
  return text;
}

}  // namespace ingot::kubeconfig
