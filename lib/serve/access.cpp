// SPDX-License-Identifier: Apache-2.0
#include "serve/access.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <random>
#include <system_error>

namespace ingot::serve {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::size_t kDigits = 64;
constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kTokenProtocol = "ingot.token.";

[[noreturn]] void refuse(const std::string& path, const std::string& cause) {
  throw Error({.code = ErrorCode::environment,
               .message = fmt::format("cannot use the token in {}", path),
               .cause = cause,
               .remedy = fmt::format("rm {}", path)});
}

std::string make_token() {
  std::random_device random;
  std::string token;
  while (token.size() < kDigits) {
    token += fmt::format("{:08x}", random());
  }
  return token;
}

std::string read_token(const base::Fd& file, const std::string& path) {
  struct stat found {};
  if (::fstat(file.get(), &found) != 0 || found.st_uid != ::geteuid() || (found.st_mode & 077U) != 0) {
    refuse(path, "others may read it");
  }
  std::array<char, kDigits + 2> bytes{};
  const auto count = ::read(file.get(), bytes.data(), bytes.size());
  const auto text = base::trim({bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0});
  if (text.size() != kDigits || text.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    refuse(path, "it holds no token");
  }
  return std::string(text);
}

bool is_same(std::string_view given, std::string_view token) {
  // Of other lengths nothing is compared: how long a token is, is no secret.
  if (given.size() != token.size() || token.empty()) {
    return false;
  }
  volatile unsigned differences = 0;
  for (std::size_t i = 0; i < token.size(); ++i) {
    differences = differences | (static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(token[i]));
  }
  return differences == 0;
}

// `known` may be a name with "*" for its first word, as certificates have it.
bool is_host(std::string_view host, std::string_view known) {
  const auto dot = host.find('.');
  return host == known || (known.starts_with("*.") && dot != std::string_view::npos && dot != 0 &&
                           host.substr(dot) == known.substr(1));
}

}  // namespace

std::string load_token(const std::string& path) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  if (const base::Fd made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)); made) {
    const auto line = make_token() + "\n";
    if (::write(made.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      refuse(path, std::generic_category().message(errno));
    }
  }
  const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file) {
    refuse(path, std::generic_category().message(errno));
  }
  return read_token(file, path);
}

bool has_token(const Credentials& given, std::string_view token) {
  if (given.authorization.starts_with(kBearer)) {
    return is_same(given.authorization.substr(kBearer.size()), token);
  }
  for (const auto& protocol : base::split(given.protocols, ',')) {
    if (const auto word = base::trim(protocol); word.starts_with(kTokenProtocol)) {
      return is_same(word.substr(kTokenProtocol.size()), token);
    }
  }
  return is_same(given.query_token, token);
}

bool is_own_origin(std::string_view origin, const OwnOrigins& own) {
  if (origin.empty()) {
    return true;
  }
  const auto beginning = own.scheme + "://";
  if (!origin.starts_with(beginning)) {
    return false;
  }
  auto host = origin.substr(beginning.size());
  const auto port = fmt::format(":{}", own.port);
  const int usual_port = own.scheme == "https" ? 443 : 80;  // which browsers leave out
  if (host.ends_with(port)) {
    host.remove_suffix(port.size());
  } else if (own.port != usual_port) {
    return false;
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return std::ranges::any_of(own.hosts, [&](const auto& known) { return is_host(host, known); });
}

}  // namespace ingot::serve
