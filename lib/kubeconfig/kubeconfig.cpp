// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/kubeconfig.hpp"

#include "base/error.hpp"
#include "kubeconfig/entries.hpp"
#include "kubeconfig/file.hpp"
#include "kubeconfig/lock.hpp"

#include <functional>
#include <memory>

namespace ingot::kubeconfig {

namespace {

using base::Error;
using base::ErrorCode;

// The lock of the path as given, which kubectl and kind would take, and that of the file it leads to: another
// of us may come by the other path. Always in this order, so that two cannot wait for each other.
class Locked {
 public:
  Locked(const std::string& path, const std::stop_token& stop) : target_(follow_links(path)) {
    make_folder_of(path);
    given_ = std::make_unique<FileLock>(path, stop);
    if (target_ != path) {
      make_folder_of(target_);
      followed_ = std::make_unique<FileLock>(target_, stop);
    }
  }
  [[nodiscard]] const std::string& target() const { return target_; }

 private:
  std::string target_;
  std::unique_ptr<FileLock> given_;
  std::unique_ptr<FileLock> followed_;
};

bool remove_from(const std::string& file, const std::string& name, const std::stop_token& stop) {
  // Without the lock first: most files are not ours, and a read-only one that is not needs no lock.
  const auto before = read_file(file);
  if (!before || !without_entries(*before, file, name)) {
    return false;
  }
  const Locked locked(file, stop);
  check_writable(locked.target());
  const auto text = read_file(locked.target());
  const auto changed = text ? without_entries(*text, file, name) : std::nullopt;
  if (!changed) {
    return false;
  }
  replace_file(locked.target(), *changed);
  return true;
}

[[noreturn]] void throw_all(const std::vector<base::Failure>& failures) {
  base::Failure first = failures.front();
  if (failures.size() > 1) {
    for (const base::Failure& failure : failures) {
      first.problems.push_back(failure.cause.empty() ? failure.message
                                                     : failure.message + ": " + failure.cause);
    }
  }
  throw Error(std::move(first));
}

}  // namespace

std::string entry_name(const std::string& cluster) {
  return "kind-" + cluster;
}

void merge(const std::string& file, const std::string& name, const Access& access,
           const std::stop_token& stop) {
  const Locked locked(file, stop);
  check_writable(locked.target());
  const std::string before = read_file(locked.target()).value_or("");
  const std::string after = with_entries(before, file, name, access);
  if (after != before) {
    replace_file(locked.target(), after);
  }
}

std::optional<Access> find_access(const std::string& file, const std::string& name) {
  try {
    const auto text = read_file(file);
    return text ? std::optional(extract(*text, file, name)) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

namespace {

// Replaces a file by what `change` makes of its text, where its entries `name` are of that authority.
bool replace_entry(const std::string& file, const std::string& name, const std::string& ca,
                   const std::function<std::string(const std::string& text)>& change,
                   const std::stop_token& stop) {
  const Locked locked(file, stop);
  check_writable(locked.target());
  const auto found = find_access(locked.target(), name);
  if (!found || found->ca != ca) {
    return false;
  }
  const std::string before = read_file(locked.target()).value_or("");
  const std::string after = change(before);
  if (after != before) {
    replace_file(locked.target(), after);
  }
  return true;
}

}  // namespace

bool replace_identity(const std::string& file, const std::string& name, const std::string& ca,
                      const Identity& identity, const std::stop_token& stop) {
  return replace_entry(
      file, name, ca, [&](const std::string& text) { return with_identity(text, file, name, identity); },
      stop);
}

bool replace_server(const std::string& file, const std::string& name, const std::string& ca,
                    const std::string& server, const std::stop_token& stop) {
  return replace_entry(
      file, name, ca, [&](const std::string& text) { return with_server(text, file, name, server); }, stop);
}

std::vector<std::string> remove(const std::vector<std::string>& files, const std::string& name,
                                const std::stop_token& stop) {
  std::vector<std::string> changed;
  std::vector<base::Failure> failures;
  for (const std::string& file : files) {
    try {
      if (remove_from(file, name, stop)) {
        changed.push_back(file);
      }
    } catch (const Error& error) {
      failures.push_back(error.failure());
    }
  }
  if (!failures.empty()) {
    throw_all(failures);
  }
  return changed;
}

std::vector<std::string> files_with(const std::vector<std::string>& files, const std::string& name) {
  std::vector<std::string> found;
  for (const std::string& file : files) {
    try {
      const auto text = read_file(file);
      if (text && without_entries(*text, file, name)) {
        found.push_back(file);
      }
    } catch (const Error&) {
      continue;  // remove will tell
    }
  }
  return found;
}

std::map<std::string, std::string> servers_in(const std::vector<std::string>& files,
                                              const std::string& prefix) {
  std::map<std::string, std::string> found;
  for (const std::string& file : files) {
    try {
      for (auto& [name, server] : servers(read_file(file).value_or(""), file)) {
        if (name.starts_with(prefix)) {
          found.emplace(name, std::move(server));
        }
      }
    } catch (const Error&) {
      continue;  // who wants to change it will be told
    }
  }
  return found;
}

}  // namespace ingot::kubeconfig
