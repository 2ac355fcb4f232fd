// SPDX-License-Identifier: Apache-2.0
#include "kind/command_line.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace ingot::cli::kind {

namespace {

using Words = std::vector<std::string>;

[[noreturn]] void refuse(std::string message) {
  throw base::Error(base::ErrorCode::invalid_input, std::move(message));
}

// An unknown flag counts as one that takes a value: so cobra looks for the command.
bool takes_next_word(const Flags& flags, const std::string& word) {
  const bool is_long = word.starts_with("--");
  if (word.find('=') != std::string::npos || (!is_long && word.size() != 2)) {
    return false;
  }
  const Flag* flag = flags.find(word);
  return flag == nullptr || !flag->value.empty();
}

// The place of the first word that is neither a flag nor a flag's value; words.size() without one.
std::size_t find_word(const Words& words, const Flags& flags) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (!words[i].starts_with('-')) {
      if (!words[i].empty()) {
        return i;
      }
    } else if (takes_next_word(flags, words[i])) {
      ++i;
    }
  }
  return words.size();
}

std::string to_lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string suggestions(const std::string& word, const Words& known) {
  std::string text;
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto nearest = config::closest(word, views);
  for (const auto& name : known) {
    if (name == nearest || name.starts_with(to_lower(word))) {
      text += fmt::format("\t{}\n", name);
    }
  }
  return text.empty() ? "" : "\n\nDid you mean this?\n" + text;
}

bool parse_bool(const std::string& value, bool& target) {
  const Words yes{"1", "t", "T", "true", "TRUE", "True"};
  const Words no{"0", "f", "F", "false", "FALSE", "False"};
  target = std::ranges::find(yes, value) != yes.end();
  return target || std::ranges::find(no, value) != no.end();
}

// What is wrong with a number, in Go's words; empty: nothing.
std::string fault_of_int32(const std::string& value) {
  const char* begin = value.data() + (value.starts_with('+') ? 1 : 0);
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(begin, value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size()) {
    return "";
  }
  return fmt::format("strconv.ParseInt: parsing \"{}\": {}", value,
                     error == std::errc::result_out_of_range ? "value out of range" : "invalid syntax");
}

std::string fault_of_duration(const std::string& value) {
  try {
    (void)parse_duration(value);
    return "";
  } catch (const base::Error& error) {
    return error.failure().message;
  }
}

// Writes the value; what is wrong with it, or nothing.
std::string take(const Flag& flag, const std::string& value) {
  if (auto* const* toggle = std::get_if<bool*>(&flag.target)) {
    return parse_bool(value, **toggle)
               ? ""
               : fmt::format("strconv.ParseBool: parsing \"{}\": invalid syntax", value);
  }
  std::string& text = *std::get<std::string*>(flag.target);
  text = flag.value == "strings" && !text.empty() ? text + "," + value : value;
  if (flag.value == "int32") {
    return fault_of_int32(value);
  }
  return flag.value == "duration" ? fault_of_duration(value) : "";
}

class Parser {
 public:
  Parser(Flags& flags, const Words& words) : flags_(flags), words_(words) {}

  Words run() {
    for (; at_ < words_.size(); ++at_) {
      const auto& word = words_[at_];
      if (word == "--") {
        rest_.insert(rest_.end(), words_.begin() + static_cast<long>(at_) + 1, words_.end());
        break;
      }
      if (word.starts_with("--")) {
        take_long(word);
      } else if (word.size() > 1 && word.starts_with('-')) {
        take_short(word.substr(1));
      } else {
        rest_.push_back(word);
      }
    }
    return std::move(rest_);
  }

 private:
  void take_long(const std::string& word) {
    const auto equals = word.find('=');
    const auto name = word.substr(0, equals);
    if (name.size() == 2 || name[2] == '-') {
      refuse("bad flag syntax: " + word);
    }
    const Flag* flag = flags_.find(name);
    if (flag == nullptr) {
      refuse("unknown flag: " + name);
    }
    if (equals != std::string::npos) {
      set(*flag, word.substr(equals + 1));
    } else if (flag->value.empty()) {
      set(*flag, "true");
    } else if (at_ + 1 < words_.size()) {
      set(*flag, words_[++at_]);
    } else {
      refuse("flag needs an argument: " + name);
    }
  }

  void take_short(std::string letters) {
    while (!letters.empty()) {
      const Flag* flag = flags_.find(std::string("-") + letters.front());
      if (flag == nullptr) {
        refuse(fmt::format("unknown shorthand flag: '{}' in -{}", letters.front(), letters));
      }
      if (letters.size() > 2 && letters[1] == '=') {
        return set(*flag, letters.substr(2));
      }
      if (!flag->value.empty()) {
        return take_value_of_short(*flag, letters);
      }
      set(*flag, "true");
      letters.erase(0, 1);
    }
  }

  void take_value_of_short(const Flag& flag, const std::string& letters) {
    if (letters.size() > 1) {
      set(flag, letters.substr(1));
    } else if (at_ + 1 < words_.size()) {
      set(flag, words_[++at_]);
    } else {
      refuse(fmt::format("flag needs an argument: '{}' in -{}", letters.front(), letters));
    }
  }

  static void set(const Flag& flag, const std::string& value) {
    if (const auto fault = take(flag, value); !fault.empty()) {
      refuse(fmt::format("invalid argument \"{}\" for \"{}\" flag: {}", value,
                         base::replace_all(flag.names, ",", ", "), fault));
    }
  }

  Flags& flags_;
  const Words& words_;
  std::size_t at_ = 0;
  Words rest_;
};

}  // namespace

Chosen choose(const std::vector<Command>& commands, const Flags& globals, const Words& words) {
  Chosen chosen{.words = words};
  while (chosen.command == nullptr) {
    const auto at = find_word(chosen.words, globals);
    if (at == chosen.words.size()) {
      break;
    }
    const auto word = chosen.words[at];
    const auto path = chosen.path.empty() ? word : chosen.path + " " + word;
    const auto found = std::ranges::find(commands, path, &Command::path);
    if (found == commands.end() && command_words(commands, path).empty()) {
      if (chosen.path.empty()) {
        refuse(fmt::format("unknown command \"{}\" for \"kind\"{}", word,
                           suggestions(word, command_words(commands, ""))));
      }
      break;
    }
    chosen.path = path;
    chosen.command = found == commands.end() ? nullptr : &*found;
    chosen.words.erase(chosen.words.begin() + static_cast<long>(at));
  }
  return chosen;
}

Words parse(Flags& flags, const Words& words) {
  return Parser(flags, words).run();
}

bool wants_quiet(const Words& words) {
  bool quiet = false;
  for (const auto& word : words) {
    if (word == "--") {
      break;
    }
    if (word.starts_with("--quiet=")) {
      parse_bool(word.substr(std::string_view("--quiet=").size()), quiet);
    } else if (word == "--quiet" ||
               (word.starts_with('-') && !word.starts_with("--") &&
                word.find_first_not_of("vq", 1) == std::string::npos && word.ends_with('q'))) {
      quiet = true;
    }
  }
  return quiet;
}

std::chrono::milliseconds parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto digits = text.substr(negative || text.starts_with('+') ? 1 : 0);
  if (const auto parsed = base::parse_duration(digits)) {
    return negative ? -*parsed : *parsed;
  }
  const auto in_number = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  const auto first = std::ranges::find_if_not(digits, in_number);
  if (digits.empty() || first == digits.begin()) {
    refuse(fmt::format("time: invalid duration \"{}\"", text));
  }
  if (std::ranges::all_of(digits, in_number)) {
    refuse(fmt::format("time: missing unit in duration \"{}\"", text));
  }
  const std::string unit(first, std::find_if(first, digits.end(), in_number));
  const Words known{"ms", "s", "m", "h"};
  refuse(std::ranges::find(known, unit) == known.end()
             ? fmt::format("time: unknown unit \"{}\" in duration \"{}\"", unit, text)
             : fmt::format("time: invalid duration \"{}\"", text));
}

std::string to_text(std::chrono::milliseconds duration) {
  const auto all = duration.count();
  if (all < 0) {
    return "-" + to_text(-duration);
  }
  if (all > 0 && all < 1000) {
    return fmt::format("{}ms", all);
  }
  const std::string seconds = fmt::format("{}s", static_cast<double>(all % 60'000) / 1000.0);
  if (all < 60'000) {
    return seconds;
  }
  const auto minutes = fmt::format("{}m{}", all / 60'000 % 60, seconds);
  return all < 3'600'000 ? minutes : fmt::format("{}h{}", all / 3'600'000, minutes);
}

}  // namespace ingot::cli::kind
