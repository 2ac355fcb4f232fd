// SPDX-License-Identifier: Apache-2.0
// The lock that kubectl and kind take on a kubeconfig: the file "<file>.lock", created exclusively and
// removed at the end. They never wait and never clean up; we wait, and we break locks that nobody holds any
// more. Removed by the destructor. Internal to lib/kubeconfig. Throws base::Error{timed_out} when somebody
// keeps the lock, {environment} when it cannot be created, and Cancelled.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace ingot::kubeconfig {

struct LockTimes {
  std::chrono::milliseconds patience{5'000};        // with one holder that is not one of us
  std::chrono::milliseconds longest_queue{60'000};  // in all
  // A lock of unknown owner that is older has been left behind: others hold theirs for milliseconds.
  std::chrono::seconds stale_after{60};
};

class FileLock {
 public:
  FileLock(const std::string& file, const std::stop_token& stop, const LockTimes& times = {});
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  bool try_create();
  bool break_if_stale(const LockTimes& times) const;

  std::string path_;
  unsigned long inode_ = 0;
};

}  // namespace ingot::kubeconfig
