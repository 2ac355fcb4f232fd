// SPDX-License-Identifier: Apache-2.0
// The Unix socket of a server, as a file that its user alone may open. A lock beside it ("<path>.lock") tells
// a server that lives from one that has left its socket behind: the former keeps it, the latter's is
// replaced.
#pragma once

#include "base/fd.hpp"

#include <string>

namespace ingot::serve {

class SocketFile {
 public:
  // Bound and listening; its folder is made. Error{already_exists} when a server lives there,
  // Error{invalid_input} for a path that a socket cannot have, Error{environment} for the system's refusals.
  explicit SocketFile(std::string path);
  ~SocketFile();
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  const std::string path_;
  base::Fd lock_;
  base::Fd socket_;
};

}  // namespace ingot::serve
