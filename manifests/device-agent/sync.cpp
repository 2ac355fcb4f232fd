// SPDX-License-Identifier: Apache-2.0
#include "sync.hpp"

#include "cdi/grant_json.hpp"
#include "cdi/replicas.hpp"
#include "container.hpp"
#include "failure.hpp"
#include "library_cache.hpp"
#include "node_cdi.hpp"
#include "places.hpp"
#include "text_file.hpp"
#include "told.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace ingot::agent {

namespace {

namespace fs = std::filesystem;
using cdi::Grant;
using nlohmann::json;

struct Request {
  pid_t pid = 0;
  std::vector<Grant> grants;
  std::vector<std::string> hidden;
  bool tells_kubelet = true;
  int await_ms = 0;
};

Request parse(const std::string& text) {
  try {
    const auto object = json::parse(text);
    Request request{.pid = object.at("pid"),
                    .grants = {},
                    .hidden = object.at("hidden"),
                    .tells_kubelet = object.at("tellsKubelet"),
                    .await_ms = object.at("awaitMs")};
    for (const auto& grant : object.at("grants")) {
      request.grants.push_back(cdi::grant_of(grant));
    }
    return request;
  } catch (const json::exception& error) {
    fail(std::string("the request cannot be read: ") + error.what());
  }
}

// What several devices share is made once, and goes with the last of them.
struct Wanted {
  std::map<std::string, cdi::GrantedNode> nodes;
  std::map<std::string, cdi::GrantedMount> mounts;
  std::map<std::string, std::string> links;
  std::vector<std::string> folders;
  bool masks_params = false;
};

Wanted all_of(const std::vector<Grant>& grants) {
  Wanted wanted;
  for (const auto& grant : grants) {
    for (const auto& node : grant.nodes) {
      wanted.nodes.emplace(node.path, node);
    }
    for (const auto& mount : grant.mounts) {
      wanted.mounts.emplace(mount.path, mount);
    }
    for (const auto& link : grant.links) {
      wanted.links.emplace(link.path, link.target);
    }
    for (const auto& folder : grant.library_folders) {
      if (std::ranges::find(wanted.folders, folder) == wanted.folders.end()) {
        wanted.folders.push_back(folder);
      }
    }
    wanted.masks_params = wanted.masks_params || grant.masks_params;
  }
  return wanted;
}

// Numbers and mode of each node, as the machine has them where its CDI file does not say.
void complete(Grant& grant, const Machine& machine) {
  for (auto& node : grant.nodes) {
    const auto facts = machine.node(node.host_path);
    if (!facts && (node.type.empty() || !node.major)) {
      fail("the machine has no device " + node.host_path);
    }
    if (node.type.empty()) {
      node.type = facts->type == S_IFBLK ? "b" : "c";
    }
    if (facts && !node.major) {
      node.major = static_cast<std::int64_t>(major(facts->device));
      node.minor = static_cast<std::int64_t>(minor(facts->device));
    }
    node.mode = node.mode ? *node.mode & 07777 : facts ? static_cast<std::int64_t>(facts->mode) : 0666;
    node.uid = node.uid ? *node.uid : facts ? static_cast<std::int64_t>(facts->uid) : 0;
    node.gid = node.gid ? *node.gid : facts ? static_cast<std::int64_t>(facts->gid) : 0;
  }
}

bool is_described(const std::map<std::string, Offers>& described, const std::string& device) {
  const auto equals = device.find('=');
  const auto kind = described.find(device.substr(0, equals));
  return kind != described.end() && std::ranges::any_of(kind->second, [&](const auto& offer) {
           return offer.second == device.substr(equals + 1);
         });
}

class Sync {
 public:
  Sync(Request request, const std::string& root)
      : request_(std::move(request)), turn_(take_turn(request_.pid)) {
    const Machine machine(root);
    auto completed = request_.grants;
    for (auto& grant : completed) {
      complete(grant, machine);
    }
    wanted_ = all_of(completed);
    mounted_ = mount_points(request_.pid);
    if (!request_.grants.empty()) {
      check_may_hold(request_.pid);
    }
    for (const auto& [path, mount] : wanted_.mounts) {
      if (!is_mounted(path)) {
        trees_.emplace_back(path, machine.copy_tree(mount.host_path, mount.read_only, mount.no_exec));
      }
    }
    std::ranges::stable_sort(trees_, {},
                             [](const auto& tree) { return std::ranges::count(tree.first, '/'); });
  }

  json run() {
    enter_mounts(request_.pid);
    ::umask(022);
    read_state();
    // Nobody is given what is about to go.
    write_cdi_files(kept());
    remove_unwanted();
    // From here on it is ours to take away, even if something below fails.
    write_state();
    make_nodes();
    for (const auto& [path, tree] : trees_) {
      unmount(path);  // of a file that has been replaced on the machine
      move_in(tree, path);
      changed_ = linker_changed_ = true;
    }
    make_links();
    tell_linker();
    mask_params();
    write_cdi_files(request_.grants);
    turn_ = {};
    const bool told = request_.await_ms == 0 || wait_until_told(wanted_ids(), request_.await_ms);
    return {{"changed", changed_}, {"told", told}};
  }

 private:
  [[nodiscard]] bool is_mounted(const std::string& path) const {
    const auto found = mounted_.find(path);
    return found != mounted_.end() && !found->second.ends_with("//deleted");
  }

  void read_state() {
    const auto state = json::parse(read_text(kStateFile), nullptr, false);
    try {
      for (const auto& grant : state.is_object() ? state.at("grants") : json::array()) {
        before_.push_back(cdi::grant_of(grant));
      }
    } catch (const json::exception&) {  // somebody else's: nothing of it is ours to take away
      before_.clear();
    }
  }

  void write_state() {
    json grants = json::array();
    for (const auto& grant : request_.grants) {
      grants.push_back(cdi::to_json(grant));
    }
    const json state = {
        {"grants", std::move(grants)}, {"hidden", request_.hidden}, {"tellsKubelet", request_.tells_kubelet}};
    changed_ |= replace_text(kStateFile, state.dump(1) + "\n");
  }

  // Those that it has and shall have. What was only written down for it is not there yet: before a restart,
  // or by who is about to give it.
  [[nodiscard]] std::vector<Grant> kept() const {
    const auto described = read_node_cdi(kCdiFolder);
    std::vector<Grant> kept;
    std::ranges::copy_if(request_.grants, std::back_inserter(kept), [&](const Grant& grant) {
      return std::ranges::find(before_, grant.device, &Grant::device) != before_.end() &&
             is_described(described, grant.device);
    });
    return kept;
  }

  [[nodiscard]] IdsByKind wanted_ids() const {
    IdsByKind wanted;
    for (const auto* grants : {&before_, &request_.grants}) {  // kinds that go are told of, too
      for (const auto& grant : *grants) {
        auto& ids = wanted[grant.device.substr(0, grant.device.find('='))];
        if (grants == &request_.grants) {
          std::ranges::copy(cdi::kubelet_ids(grant.device, grant.replicas), std::back_inserter(ids));
        }
      }
    }
    for (auto& [kind, ids] : wanted) {
      std::ranges::sort(ids);
    }
    return wanted;
  }

  void unmount(const std::string& path) {
    if (mounted_.contains(path)) {
      ::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
      mounted_.erase(path);
      changed_ = true;
    }
  }

  void remove_unwanted() {
    const auto old = all_of(before_);
    for (const auto& [path, mount] : old.mounts) {
      if (!wanted_.mounts.contains(path)) {
        unmount(path);
        // An empty file is what it was mounted on.
        std::error_code ignored;
        if (fs::is_regular_file(fs::symlink_status(path, ignored)) && fs::file_size(path, ignored) == 0) {
          fs::remove(path, ignored);
        }
        changed_ = linker_changed_ = true;
      }
    }
    for (const auto& [path, target] : old.links) {
      std::error_code ignored;
      if (!wanted_.links.contains(path) && fs::read_symlink(path, ignored) == target) {
        fs::remove(path, ignored);
        changed_ = true;
      }
    }
    for (const auto& [path, node] : old.nodes) {
      if (!wanted_.nodes.contains(path)) {
        remove_node(path);
      }
    }
    for (const auto& path : request_.hidden) {
      if (!wanted_.nodes.contains(path)) {
        remove_node(path);
      }
    }
  }

  void remove_node(const std::string& path) {
    // What every container has stays, whatever a description calls a GPU.
    static const std::set<std::string> common = {"/dev/null",    "/dev/zero",    "/dev/full",   "/dev/random",
                                                 "/dev/urandom", "/dev/tty",     "/dev/ptmx",   "/dev/fuse",
                                                 "/dev/kmsg",    "/dev/console", "/dev/net/tun"};
    struct stat facts {};
    if (!common.contains(path) && ::lstat(path.c_str(), &facts) == 0 &&
        (S_ISCHR(facts.st_mode) || S_ISBLK(facts.st_mode))) {
      unmount(path);  // toolkits of older days mount nodes
      ::unlink(path.c_str());
      changed_ = true;
    }
  }

  void make_nodes() {
    for (const auto& [path, node] : wanted_.nodes) {
      const auto device =
          makedev(static_cast<unsigned>(*node.major), static_cast<unsigned>(node.minor.value_or(0)));
      const auto mode = static_cast<mode_t>(*node.mode);
      struct stat facts {};
      if (::lstat(path.c_str(), &facts) == 0) {
        if (facts.st_rdev == device && (S_ISCHR(facts.st_mode) || S_ISBLK(facts.st_mode))) {
          ::chmod(path.c_str(), mode);
          continue;
        }
        if (!S_ISCHR(facts.st_mode) && !S_ISBLK(facts.st_mode)) {
          fail(path + " is there already, and is no device");
        }
        ::unlink(path.c_str());
      }
      std::error_code ignored;
      fs::create_directories(fs::path(path).parent_path(), ignored);
      if (::mknod(path.c_str(), (node.type == "b" ? S_IFBLK : S_IFCHR) | mode, device) != 0 ||
          ::chmod(path.c_str(), mode) != 0 ||
          ::chown(path.c_str(), static_cast<uid_t>(*node.uid), static_cast<gid_t>(*node.gid)) != 0) {
        fail_with_errno(path + " cannot be made in the container");
      }
      changed_ = true;
    }
  }

  void make_links() {
    for (const auto& [path, target] : wanted_.links) {
      std::error_code ignored;
      if (!fs::exists(fs::symlink_status(path, ignored))) {
        fs::create_directories(fs::path(path).parent_path(), ignored);
        fs::create_symlink(target, path, ignored);
        changed_ = true;
      }
    }
  }

  void tell_linker() {
    std::error_code ignored;
    linker_changed_ |=
        wanted_.folders.empty() ? fs::remove(kLinkerFile, ignored) : write_linker_file(wanted_.folders);
    if (linker_changed_ && fs::exists("/sbin/ldconfig")) {
      changed_ = true;
      run_ldconfig();
    }
  }

  static void run_ldconfig() {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl("/sbin/ldconfig", "ldconfig", static_cast<char*>(nullptr));
      ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
  }

  void mask_params() {
    const bool is_masked = mounted_.contains(kParamsFile);
    if (wanted_.masks_params && !is_masked) {
      auto text = read_text(kParamsFile);
      const std::string open = "ModifyDeviceFiles: 1";
      if (const auto at = text.find(open); at != std::string::npos) {
        text[at + open.size() - 1] = '0';
        replace_text(kMaskFile, text);
        if (::mount(kMaskFile, kParamsFile, nullptr, MS_BIND, nullptr) != 0) {
          fail_with_errno("the driver's parameters cannot be masked");
        }
        changed_ = true;
      }
    } else if (!wanted_.masks_params && is_masked && all_of(before_).masks_params) {
      unmount(kParamsFile);
    }
  }

  void write_cdi_files(const std::vector<Grant>& grants) {
    const auto files = node_cdi_files(grants);
    for (const auto& [path, text] : files) {
      changed_ |= replace_text(path, text);
    }
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(kCdiFolder, ignored)) {
      const auto path = entry.path().string();
      if (entry.path().filename().string().starts_with(kFilePrefix) && !files.contains(path)) {
        fs::remove(entry.path(), ignored);
        changed_ = true;
      }
    }
  }

  Request request_;
  base::Fd turn_;
  Wanted wanted_;
  MountPoints mounted_;
  std::vector<std::pair<std::string, Machine::Tree>> trees_;
  std::vector<Grant> before_;
  bool changed_ = false;
  bool linker_changed_ = false;
};

}  // namespace

std::string sync(const std::string& request, const std::string& root) {
  return Sync(parse(request), root).run().dump() + "\n";
}

}  // namespace ingot::agent
