// SPDX-License-Identifier: Apache-2.0
// Tells when what take_stock() finds may have become another: CDI files come and go, and drivers take or
// leave devices. Asks nobody anything; a process that sleeps in poll(2) on its file descriptors costs
// nothing.
#pragma once

#include "base/fd.hpp"
#include "gpu/roots.hpp"

#include <array>
#include <map>
#include <string>

namespace ingot::gpu {

class MachineWatch {
 public:
  // Of another machine's files (`roots.base`) the CDI folders alone are watched. What cannot be watched is
  // not.
  explicit MachineWatch(const gpu::Roots& roots);
  MachineWatch(const MachineWatch&) = delete;
  MachineWatch& operator=(const MachineWatch&) = delete;
  ~MachineWatch() = default;

  // Readable when changed() is to be called; -1: there is nothing to wait for.
  [[nodiscard]] std::array<int, 2> fds() const { return {files_.get(), kernel_.get()}; }

  // Takes what has happened until now, and whether it may matter. Take stock after it: nothing is missed
  // then.
  [[nodiscard]] bool changed();

 private:
  void watch_files();
  void watch(const std::string& folder);
  [[nodiscard]] bool files_changed();
  [[nodiscard]] bool kernel_changed() const;

  const Roots roots_;
  base::Fd files_;
  base::Fd kernel_;
  // By watch: of a folder that is to be what must appear in it, of one that is there nothing.
  std::map<int, std::string> awaited_;
};

}  // namespace ingot::gpu
