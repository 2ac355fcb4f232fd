// SPDX-License-Identifier: Apache-2.0
#include "serve/shown_certificate.hpp"

#include "base/error.hpp"
#include "serve/tls.hpp"

#include <sys/stat.h>

namespace ingot::serve {

ShownCertificate::ShownCertificate(CertificateFiles files, const Certificate& first)
    : files_(std::move(files)), context_(make_server_context(first)) {}

ShownCertificate::Look ShownCertificate::look_at(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    return {};
  }
  return {found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

boost::asio::ssl::context& ShownCertificate::context() {
  const std::pair looks(look_at(files_.certificate), look_at(files_.key));
  if (looks != seen_) {
    seen_ = looks;
    try {
      context_ = make_server_context(load_certificate(files_));
    } catch (const base::Error&) {  // NOLINT(bugprone-empty-catch): they are looked at when they change again
    }
  }
  return context_;
}

}  // namespace ingot::serve
