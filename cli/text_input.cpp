// SPDX-License-Identifier: Apache-2.0
#include "text_input.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ingot::cli {

namespace {

constexpr std::size_t kLargestFile = std::size_t{4} << 20;

std::string read_standard_input(const std::string& what, Context& context) {
  std::string text;
  for (;;) {
    const auto piece = context.host.in.read(context.stop());
    if (piece.empty()) {
      return text;
    }
    text += piece;
    if (text.size() > kLargestFile) {
      throw base::Error(base::ErrorCode::invalid_input,
                        fmt::format("standard input is too long for a {}", what));
    }
  }
}

}  // namespace

std::string read_text(const std::string& file, const std::string& what, Context& context) {
  if (file == "-") {
    return read_standard_input(what, context);
  }
  const auto path = (std::filesystem::path(context.host.working_dir) / file).string();
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) {
    throw base::Error(base::ErrorCode::invalid_input, fmt::format("the {} '{}' is a folder", what, file));
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) {
    throw base::Error(base::ErrorCode::invalid_input, fmt::format("the {} '{}' cannot be read", what, path),
                      std::strerror(errno));
  }
  return text;
}

}  // namespace ingot::cli
