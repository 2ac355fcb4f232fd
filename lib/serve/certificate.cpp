// SPDX-License-Identifier: Apache-2.0
#include "serve/certificate.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/inspect.hpp"
#include "serve/address.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace ingot::serve {

namespace {

using base::Error;
using base::ErrorCode;
using Names = std::vector<std::string>;

constexpr std::size_t kMostBytes = 1U << 20U;  // of a file
constexpr std::size_t kMostNames = 64;         // of a certificate of ours

[[noreturn]] void refuse(const std::string& path, int error) {
  throw Error(ErrorCode::environment, fmt::format("cannot keep the server's certificate in {}", path),
              std::generic_category().message(error));
}

// A file's text; else `problem` says why there is none.
std::string read_file(const std::string& path, bool is_secret, std::string& problem) {
  const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat found {};
  if (!file || ::fstat(file.get(), &found) != 0) {
    problem = fmt::format("{}: {}", path, std::generic_category().message(errno));
    return {};
  }
  if (is_secret && (found.st_mode & 0007U) != 0) {
    problem = fmt::format("others may read {}: chmod o= {}", path, path);
    return {};
  }
  std::string text;
  std::array<char, 4096> piece{};
  ssize_t count = 0;
  while (text.size() < kMostBytes && (count = ::read(file.get(), piece.data(), piece.size())) > 0) {
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  if (count < 0) {
    problem = fmt::format("{}: {}", path, std::generic_category().message(errno));
  }
  return text;
}

bool is_key(const std::string& pem) {
  try {
    static_cast<void>(pki::Key::from_pem(pem, "the key"));
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::optional<pki::Validity> validity_of(const std::string& pem) {
  try {
    return pki::validity_of(pem);
  } catch (const Error&) {
    return std::nullopt;
  }
}

Certificate to_certificate(std::string chain, std::string key) {
  auto fingerprint = pki::fingerprint_of(chain);
  auto names = pki::alternative_names(chain);
  return {std::move(chain), std::move(key), std::move(fingerprint), std::move(names)};
}

// What both files hold, and all that is wrong with it.
struct Loaded {
  std::string chain;
  std::string key;
  Names problems;
};

Loaded load(const CertificateFiles& files, Moment now) {
  Loaded loaded;
  std::string no_certificate;
  std::string no_key;
  loaded.chain = read_file(files.certificate, false, no_certificate);
  loaded.key = read_file(files.key, true, no_key);
  const auto validity = validity_of(loaded.chain);
  const bool has_key = is_key(loaded.key);
  if (no_certificate.empty() && !validity) {
    no_certificate = fmt::format("{} holds no certificate in PEM", files.certificate);
  }
  if (no_key.empty() && !has_key) {
    no_key = fmt::format("{} holds no private key in PEM, or one with a pass phrase", files.key);
  }
  if (validity && (now < validity->not_before || now > validity->not_after)) {
    no_certificate = fmt::format("{} {}", files.certificate, pki::describe_expiry(loaded.chain, now));
  }
  if (validity && has_key && !pki::has_key(loaded.chain, loaded.key)) {
    no_key = fmt::format("{} is the key of another certificate", files.key);
  }
  for (auto* problem : {&no_certificate, &no_key}) {
    if (!problem->empty()) {
      loaded.problems.push_back(std::move(*problem));
    }
  }
  return loaded;
}

// Servers of one user that begin together wait for each other.
base::Fd lock_folder(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  base::Fd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) {
    refuse(folder.string(), errno);
  }
  return lock;
}

// In one piece, and never there with another mode.
void write_file(const std::string& path, const std::string& text, mode_t mode) {
  const auto made = path + ".new";
  ::unlink(made.c_str());
  const base::Fd file(::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::rename(made.c_str(), path.c_str()) != 0) {
    refuse(path, errno);
  }
}

bool has_all(const Names& names, const Names& wanted) {
  return std::ranges::all_of(wanted,
                             [&](const auto& name) { return std::ranges::find(names, name) != names.end(); });
}

pki::CertificateRequest request_for(const WantedNames& wanted, const Names& before) {
  pki::CertificateRequest request{
      .common_name = "ingot serve", .usage = pki::Usage::server, .lifetime = kOwnLifetime};
  Names all = wanted.required;
  all.insert(all.end(), wanted.besides.begin(), wanted.besides.end());
  all.insert(all.end(), before.begin(), before.end());
  for (auto& name : all) {
    auto& list = pki::is_ip_address(name) ? request.ip_addresses : request.dns_names;
    if (request.ip_addresses.size() + request.dns_names.size() < kMostNames &&
        std::ranges::find(list, name) == list.end()) {
      list.push_back(std::move(name));
    }
  }
  return request;
}

// But those of loopback and of links alone.
Names addresses_of_machine() {
  Names addresses;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) {
    return addresses;
  }
  for (const auto* one = first; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0 || (one->ifa_flags & IFF_LOOPBACK) != 0) {
      continue;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    const auto* six = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr);
    if (one->ifa_addr->sa_family == AF_INET) {
      const auto* four = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
      ::inet_ntop(AF_INET, &four->sin_addr, text.data(), text.size());
    } else if (one->ifa_addr->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)) {
      ::inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size());
    }
    if (text.front() != '\0') {
      addresses.emplace_back(text.data());
    }
  }
  ::freeifaddrs(first);
  return addresses;
}

}  // namespace

Certificate load_certificate(const CertificateFiles& files, Moment now) {
  auto loaded = load(files, now);
  if (!loaded.problems.empty()) {
    throw Error({.code = ErrorCode::invalid_input,
                 .message = "the certificate that is to be shown by TLS cannot be used",
                 .problems = std::move(loaded.problems),
                 .remedy = "without --tls-cert and --tls-key the server makes one itself"});
  }
  return to_certificate(std::move(loaded.chain), std::move(loaded.key));
}

Certificate keep_certificate(const CertificateFiles& files, const WantedNames& names, Moment now) {
  const auto lock = lock_folder(std::filesystem::path(files.certificate).parent_path());
  struct stat found {};
  if (::stat(files.key.c_str(), &found) == 0 && (found.st_mode & 0077U) != 0) {
    throw Error({.code = ErrorCode::environment,
                 .message = fmt::format("cannot use the key in {}", files.key),
                 .cause = "others may read it",
                 .remedy = fmt::format("rm {}; a new one is made then", files.key)});
  }
  auto loaded = load(files, now);
  const auto validity = validity_of(loaded.chain);
  const auto before = validity ? pki::alternative_names(loaded.chain) : Names();
  if (loaded.problems.empty() && has_all(before, names.required) && validity->not_after - now > kOwnReserve) {
    return to_certificate(std::move(loaded.chain), std::move(loaded.key));
  }
  auto made = pki::issue_self_signed(request_for(names, before));
  write_file(files.key, made.key, 0600);
  write_file(files.certificate, made.certificate, 0644);
  return to_certificate(std::move(made.certificate), std::move(made.key));
}

std::string machine_name() {
  std::array<char, 256> text{};
  if (::gethostname(text.data(), text.size() - 1) != 0) {
    return {};
  }
  std::string name = text.data();
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos ? name : "";
}

WantedNames names_for(const std::string& host) {
  WantedNames names{.required = {"localhost", "127.0.0.1", "::1"}, .besides = {}};
  for (const auto& more : {machine_name(), is_any_address(host) ? std::string() : host}) {
    if (!more.empty() && std::ranges::find(names.required, more) == names.required.end()) {
      names.required.push_back(more);
    }
  }
  if (is_any_address(host)) {
    names.besides = addresses_of_machine();
  }
  return names;
}

}  // namespace ingot::serve
