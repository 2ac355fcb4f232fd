// SPDX-License-Identifier: Apache-2.0
#include "output/failure.hpp"

#include "base/text.hpp"
#include "remedy.hpp"

#include <fmt/format.h>

namespace ingot::cli::output {

namespace {

constexpr std::size_t kShownLines = 20;

std::string indented(std::string_view text, bool all) {
  auto lines = base::split(base::trim(text), '\n');
  std::string out;
  if (!all && lines.size() > kShownLines) {
    out = fmt::format("  ({} earlier lines; -v shows them)\n", lines.size() - kShownLines);
    lines.erase(lines.begin(), lines.end() - static_cast<long>(kShownLines));
  }
  for (const auto& line : lines) {
    out += "  " + harmless(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line) + "\n";
  }
  return out;
}

std::string one_line(std::string_view text) {
  return harmless(base::replace_all(std::string(base::trim(text)), "\n", "; "));
}

void add(Value::Object& object, std::string key, const std::string& text) {
  if (!text.empty()) {
    object.emplace_back(std::move(key), text);
  }
}

}  // namespace

std::string harmless(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool control = (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    out += control ? '?' : c;
  }
  return out;
}

std::string failure_text(const base::Failure& failure, const Style& style, bool verbose,
                         const std::string& log) {
  std::string text = fmt::format("{} {}\n", style.paint(Colour::red, "error:"), one_line(failure.message));
  if (!failure.cause.empty()) {
    text += fmt::format("{} {}\n", style.paint(Colour::bold, "cause:"), one_line(failure.cause));
  }
  for (const auto& problem : failure.problems) {
    text += "  " + one_line(problem) + "\n";
  }
  if (!failure.detail.empty()) {
    text += indented(failure.detail, verbose);
  }
  if (verbose) {
    for (const auto& doing : failure.context) {
      text += "  while " + one_line(doing) + "\n";
    }
  }
  if (!log.empty()) {
    text += fmt::format("{} {}\n", style.paint(Colour::bold, "log:"), one_line(log));
  }
  if (const auto remedy = remedy_for(failure); !remedy.empty()) {
    text += fmt::format("{} {}\n", style.paint(Colour::bold, "try:"), one_line(remedy));
  }
  return text;
}

Value failure_value(const base::Failure& failure, const std::string& log) {
  Value::Object object{{"code", base::to_id(failure.code)}, {"message", failure.message}};
  add(object, "cause", failure.cause);
  if (!failure.context.empty()) {
    object.emplace_back("context", failure.context);
  }
  add(object, "detail", failure.detail);
  if (!failure.problems.empty()) {
    object.emplace_back("problems", failure.problems);
  }
  add(object, "log", log);
  add(object, "remedy", remedy_for(failure));
  return object;
}

}  // namespace ingot::cli::output
