// SPDX-License-Identifier: Apache-2.0
// The devices that the CDI files of a machine's folders describe, by the rules of the CDI library (pkg/cdi):
// of one name, the file of the later folder wins; twice in one folder, neither counts. A bad file hides no
// good one.
#pragma once

#include "cdi/spec.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ingot::cdi {

struct KnownDevice {
  std::string name;  // qualified: "vendor.com/gpu=0"
  std::string file;  // that describes it; empty: we do, see Registry::add()
  std::shared_ptr<const Spec> spec;
  std::size_t place = 0;  // in spec->devices
  // Other names of one and the same device: equal edits, in the same file.
  std::vector<std::string> aliases = {};

  [[nodiscard]] const Device& device() const { return spec->devices[place]; }
};

// A file that cannot be used, or a name that is not unique.
struct Fault {
  std::string file;
  std::string what;
};

class Registry {
 public:
  // Files "*.json" and "*.yaml" of folders, the most important folder last. A folder that is not there is
  // fine.
  [[nodiscard]] static Registry load(const std::vector<std::string>& folders);

  // A description of our own, for a kind that no file has; ignored when one has.
  void add(Spec spec);

  // By name. Of several names of one device the first of its file stands for all.
  [[nodiscard]] const std::vector<KnownDevice>& devices() const { return devices_; }
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
  // By any of its names; null when there is none.
  [[nodiscard]] const KnownDevice* find(std::string_view name) const;
  [[nodiscard]] bool has_kind(std::string_view kind) const;

 private:
  void add_file(const std::string& path, std::vector<KnownDevice>& folder, std::vector<std::string>& twice);
  void join_aliases();

  std::vector<KnownDevice> devices_;
  std::vector<Fault> faults_;
};

}  // namespace ingot::cdi
