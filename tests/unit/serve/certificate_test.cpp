// SPDX-License-Identifier: Apache-2.0
#include "serve/certificate.hpp"

#include "base/error.hpp"
#include "pki/certificate.hpp"
#include "pki/inspect.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace ingot::serve {

namespace {

using std::chrono::system_clock;

class Files {
 public:
  testing::TempDir folder;
  const CertificateFiles paths{.certificate = (folder.path() / "deep/cert.pem").string(),
                               .key = (folder.path() / "deep/key.pem").string()};

  void write(const std::string& certificate, const std::string& key) const {
    std::filesystem::create_directories(folder.path() / "deep");
    std::ofstream(paths.certificate) << certificate;
    std::ofstream(paths.key) << key;
    ::chmod(paths.key.c_str(), 0600);
  }
};

pki::IssuedCertificate issue(std::chrono::hours lifetime = std::chrono::hours(24)) {
  return pki::Authority::make("them").issue(
      {.common_name = "s", .dns_names = {"s.example"}, .usage = pki::Usage::server, .lifetime = lifetime});
}

std::vector<std::string> problems_of(const Files& files, Moment now = system_clock::now()) {
  try {
    static_cast<void>(load_certificate(files.paths, now));
    return {};
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    return error.failure().problems;
  }
}

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

const WantedNames kNames{.required = {"localhost", "127.0.0.1", "::1"}, .besides = {"192.0.2.7"}};

}  // namespace

TEST_CASE("Certificate: the server's own is made once, and its key is its user's alone", "[serve]") {
  const Files files;
  const auto made = keep_certificate(files.paths, kNames);
  CHECK(made.fingerprint == pki::fingerprint_of(made.chain));
  CHECK(made.fingerprint.size() == 7 + 64);
  CHECK(std::ranges::is_permutation(made.names,
                                    std::vector<std::string>{"localhost", "127.0.0.1", "::1", "192.0.2.7"}));
  CHECK(pki::has_key(made.chain, made.key));
  CHECK(pki::details_of(made.chain).key == "EC P-256");
  CHECK_FALSE(pki::details_of(made.chain).is_authority);
  CHECK(mode_of(files.paths.key) == 0600);
  CHECK(keep_certificate(files.paths, kNames).fingerprint == made.fingerprint);
  CHECK(load_certificate(files.paths).fingerprint == made.fingerprint);
}

TEST_CASE("Certificate: the server's own is made anew when it ends soon, or lacks what it must have",
          "[serve]") {
  const Files files;
  const auto first = keep_certificate(files.paths, kNames);
  const auto late = system_clock::now() + kOwnLifetime - kOwnReserve;
  CHECK(keep_certificate(files.paths, kNames, late - std::chrono::hours(24)).fingerprint ==
        first.fingerprint);
  CHECK(keep_certificate(files.paths, kNames, late + std::chrono::hours(24)).fingerprint !=
        first.fingerprint);

  const auto second = keep_certificate(files.paths, kNames);
  CHECK(keep_certificate(files.paths, {.required = {"localhost"}, .besides = {"192.0.2.8"}}).fingerprint ==
        second.fingerprint);
  const auto third = keep_certificate(files.paths, {.required = {"new.example"}, .besides = {}});
  CHECK(third.fingerprint != second.fingerprint);
  CHECK(std::ranges::count(third.names, "192.0.2.7") == 1);  // so that one address after the other is added
  CHECK(std::ranges::count(third.names, "new.example") == 1);
}

TEST_CASE("Certificate: the server's own is made anew where the files are of no use", "[serve]") {
  const Files files;
  const auto theirs = issue();
  for (const auto& [certificate, key] : {std::pair<std::string, std::string>{"text", "text"},
                                         {theirs.certificate, "text"},
                                         {theirs.certificate, issue().key}}) {
    files.write(certificate, key);
    CHECK(
        pki::has_key(keep_certificate(files.paths, kNames).chain, keep_certificate(files.paths, kNames).key));
  }
}

TEST_CASE("Certificate: a key of the server's own that others may read is not used", "[serve]") {
  const Files files;
  static_cast<void>(keep_certificate(files.paths, kNames));
  ::chmod(files.paths.key.c_str(), 0640);
  CHECK_THROWS_AS(keep_certificate(files.paths, kNames), base::Error);
}

TEST_CASE("Certificate: somebody's own is taken with what has signed it", "[serve]") {
  const Files files;
  const auto theirs = issue();
  files.write(theirs.certificate + pki::Authority::make("more").certificate(), theirs.key);
  const auto loaded = load_certificate(files.paths);
  CHECK(loaded.fingerprint == pki::fingerprint_of(theirs.certificate));
  CHECK(loaded.names == std::vector<std::string>{"s.example"});
  CHECK(pki::certificates_in(loaded.chain).size() == 2);
}

TEST_CASE("Certificate: all that is wrong with somebody's own is told at once", "[serve]") {
  const Files files;
  CHECK(problems_of(files).size() == 2);  // neither is there
  files.write("text", "text");
  CHECK(problems_of(files).size() == 2);
  const auto theirs = issue();
  files.write(theirs.certificate, theirs.key);
  CHECK(problems_of(files).empty());
  ::chmod(files.paths.key.c_str(), 0644);
  CHECK(problems_of(files) ==
        std::vector<std::string>{"others may read " + files.paths.key + ": chmod o= " + files.paths.key});
  const auto late = problems_of(files, system_clock::now() + std::chrono::hours(48));
  REQUIRE(late.size() == 2);
  CHECK(late.front().find("expired") != std::string::npos);
  files.write(theirs.certificate, issue().key);
  REQUIRE(problems_of(files).size() == 1);
  CHECK(problems_of(files).front().find("another certificate") != std::string::npos);
}

TEST_CASE("Certificate: the names are those by which a server is reached", "[serve]") {
  const auto names = names_for("192.0.2.1");
  CHECK(std::ranges::count(names.required, "192.0.2.1") == 1);
  CHECK(std::ranges::count(names.required, "localhost") == 1);
  CHECK(names.besides.empty());
  const auto all = names_for("0.0.0.0");
  CHECK(std::ranges::count(all.required, "0.0.0.0") == 0);
  CHECK(std::ranges::count(all.besides, "127.0.0.1") == 0);
  CHECK(std::ranges::count(names_for("::1").required, "::1") == 1);
}

}  // namespace ingot::serve
