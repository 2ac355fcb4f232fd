// SPDX-License-Identifier: Apache-2.0
#include "archive_input.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace ingot::cli {

namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10U;

}  // namespace

image::Archive open_archive(const std::string& path, Context& context, std::vector<std::string>& problems) {
  if (path == "-") {
    return {.name = "standard input", .read = context.host.in.read};
  }
  const auto full = (std::filesystem::path(context.host.working_dir) / path).string();
  std::error_code error;
  if (std::filesystem::is_directory(full, error)) {
    problems.push_back(fmt::format("the archive '{}' is a folder", path));
    return {};
  }
  const auto file = std::make_shared<std::ifstream>(full, std::ios::binary);
  if (!*file) {
    problems.push_back(fmt::format("the archive '{}' cannot be read: {}", path, std::strerror(errno)));
    return {};
  }
  const auto size = std::filesystem::file_size(full, error);
  return {.name = path,
          .read =
              [file, path](const std::stop_token&) {
                std::string piece(kPiece, '\0');
                file->read(piece.data(), static_cast<std::streamsize>(piece.size()));
                if (file->bad()) {
                  throw base::Error(base::ErrorCode::environment,
                                    fmt::format("the archive '{}' cannot be read", path),
                                    std::strerror(errno));
                }
                piece.resize(static_cast<std::size_t>(file->gcount()));
                return piece;
              },
          .size = error ? 0 : static_cast<std::int64_t>(size)};
}

}  // namespace ingot::cli
