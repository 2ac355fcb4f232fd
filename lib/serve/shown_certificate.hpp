// SPDX-License-Identifier: Apache-2.0
// The certificate that a server shows by TLS, as its files have it at the time: who renews it replaces them,
// and need tell nobody.
#pragma once

#include "serve/certificate.hpp"

#include <boost/asio/ssl/context.hpp>

#include <sys/types.h>

#include <tuple>
#include <utility>

namespace ingot::serve {

// Of one thread.
class ShownCertificate {
 public:
  // `first` is what the files held a moment ago. Error as make_server_context().
  ShownCertificate(CertificateFiles files, const Certificate& first);

  // For a connection that begins now; those before it keep theirs. Files that have changed are read again,
  // and as long as they cannot be used, such as when one of the two was replaced, nothing else is shown.
  [[nodiscard]] boost::asio::ssl::context& context();

 private:
  // What tells one state of a file from the next: device, inode, size, when it was written.
  using Look = std::tuple<dev_t, ino_t, off_t, time_t, long>;
  static Look look_at(const std::string& path);

  CertificateFiles files_;
  std::pair<Look, Look> seen_;  // at first nothing, so that what was written in between is not missed
  boost::asio::ssl::context context_;
};

}  // namespace ingot::serve
