// SPDX-License-Identifier: Apache-2.0
// The certificate that a server shows to whoever comes by TLS: somebody's own, or one that the server makes
// and keeps. Files only; nothing of TLS is in here.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace ingot::serve {

// PEM files. The key's may be read by nobody but its user, and group.
struct CertificateFiles {
  std::string certificate;  // with those that have signed it after it
  std::string key;
};

struct Certificate {
  std::string chain;  // PEM, as is `key`
  std::string key;
  std::string fingerprint;         // "sha256:<hex>" of the first of `chain`
  std::vector<std::string> names;  // and addresses, for which it stands
};

using Moment = std::chrono::system_clock::time_point;

// Error{invalid_input} with everything that is wrong: a file that is not there or holds something else, a key
// that others may read or that is another certificate's, a certificate that is not valid now.
[[nodiscard]] Certificate load_certificate(const CertificateFiles& files,
                                           Moment now = std::chrono::system_clock::now());

// Its own certificate lives as long: browsers take none that is older.
inline constexpr std::chrono::hours kOwnLifetime{24 * 825};
// With less than this it is made anew.
inline constexpr std::chrono::hours kOwnReserve{24 * 90};

// Names and addresses.
struct WantedNames {
  std::vector<std::string> required;
  std::vector<std::string> besides;  // a certificate that lacks one of these is still good
};

// The server's own: what is in the files, or a new one, signed by itself, when they are not there, hold
// nothing of use, end soon, or lack a name that is required. A new one keeps the names that the one before
// had. Files and folder are made, the key's with mode 0600; servers that begin together get the same.
// Error{environment} for files that cannot be written, or a key that others may read.
[[nodiscard]] Certificate keep_certificate(const CertificateFiles& files, const WantedNames& names,
                                           Moment now = std::chrono::system_clock::now());

// As certificates have it; empty for one that cannot be in any.
[[nodiscard]] std::string machine_name();

// Of a server that listens at `host`: "localhost", this machine's name, and the host; besides, where that is
// all addresses, those there are now, which come and go (each cluster's network brings one).
[[nodiscard]] WantedNames names_for(const std::string& host);

}  // namespace ingot::serve
