// SPDX-License-Identifier: Apache-2.0
#include "gpu/catalogue.hpp"
#include "base/error.hpp"
#include "unit/gpu/machine.hpp"

#include <catch2/catch.hpp>

using namespace ingot;
using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

namespace {

class Stock : public testing::Machine {
 public:
  [[nodiscard]] Names offered() const {
    Names names;
    for (const auto& offer : gpu::take_stock(roots(), {}).offers) {
      names.push_back(offer.name);
    }
    return names;
  }
  [[nodiscard]] Names choose(const Names& words) const {
    return gpu::choose(gpu::take_stock(roots(), {}), words);
  }
  base::Failure refusal(const Names& words) const {
    try {
      static_cast<void>(choose(words));
    } catch (const base::Error& error) {
      return error.failure();
    }
    FAIL("nothing was refused");
    return {};
  }
  void add_fakes() const {
    write("/etc/cdi/fake.yaml",
          "cdiVersion: 0.5.0\nkind: vendor.com/gpu\ndevices:\n"
          "- {name: a, containerEdits: {deviceNodes: [{path: /dev/fakea, hostPath: /dev/null}]}}\n"
          "- {name: b, containerEdits: {deviceNodes: [{path: /dev/fakeb, hostPath: /dev/null}]}}\n"
          "- {name: all, containerEdits: {deviceNodes: [{path: /dev/fakea}, {path: /dev/fakeb}]}}\n");
  }
  void add_driver() const {
    const std::string libraries = "/usr/lib/x86_64-linux-gnu/";
    for (const auto* name : {"libcuda.so.550.54.15", "libnvidia-ml.so.550.54.15", "libcuda.so.1"}) {
      write(libraries + name, "ELF");
    }
    write("/usr/bin/nvidia-smi", "ELF");
    write("/dev/nvidiactl", "");
  }
};

bool mounts(const cdi::Grant& grant, const std::string& path) {
  return std::any_of(grant.mounts.begin(), grant.mounts.end(),
                     [&](const auto& one) { return one.path == path; });
}

}  // namespace

TEST_CASE_METHOD(Stock, "devices of CDI files are offered, one by one", "[gpu]") {
  add_fakes();
  CHECK(offered() == Names{"vendor.com/gpu=a", "vendor.com/gpu=b"});
}

TEST_CASE_METHOD(Stock, "NVIDIA's are offered without any file or toolkit", "[gpu]") {
  add_nvidia("0000:07:00.0", 3, "GPU-aaaa");
  add_driver();
  CHECK(offered() == Names{"nvidia.com/gpu=0"});
  const auto stock = gpu::take_stock(roots(), {});
  CHECK(stock.offers[0].aliases == Names{"nvidia.com/gpu=GPU-aaaa"});
  CHECK(stock.offers[0].gpu->minor == 3);
  const auto grant = gpu::grant_for(stock, "nvidia.com/gpu=GPU-aaaa");
  CHECK(mounts(grant, "/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.15"));
  CHECK_FALSE(mounts(grant, "/usr/lib/x86_64-linux-gnu/libcuda.so.1"));  // the linker's cache makes that
  CHECK(mounts(grant, "/usr/bin/nvidia-smi"));
  CHECK(grant.masks_params);
  CHECK(grant.library_folders == Names{"/usr/lib/x86_64-linux-gnu"});
  CHECK(grant.nodes.size() == 2);
}

TEST_CASE_METHOD(Stock, "the driver's libraries are found in all folders that a distribution has for them",
                 "[gpu]") {
  const std::string usual = "/usr/lib/x86_64-linux-gnu/";
  const std::string debian = "/usr/lib/x86_64-linux-gnu/nvidia/current/";
  add_nvidia("0000:07:00.0", 0, "GPU-aaaa");
  for (const auto& path : {usual + "libnvidia-glcore.so.550.54.15", debian + "libcuda.so.550.54.15",
                           debian + "libcuda.so.535.1", std::string("/usr/lib64/libcuda.so.550.54.15")}) {
    write(path, "ELF");
  }
  const auto grant = gpu::grant_for(gpu::take_stock(roots(), {}), "nvidia.com/gpu=0");
  Names paths;
  for (const auto& mount : grant.mounts) {
    paths.push_back(mount.path);
  }
  CHECK(paths == Names{usual + "libnvidia-glcore.so.550.54.15", debian + "libcuda.so.550.54.15"});
  CHECK(grant.library_folders ==
        Names{"/usr/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu/nvidia/current"});
  CHECK(grant.links.at(0).path == debian + "libcuda.so");
}

TEST_CASE_METHOD(Stock, "a MIG device needs its GPU's node and two of its own", "[gpu]") {
  add_nvidia("0000:07:00.0", 0, "GPU-aaaa");
  add_driver();
  write("/proc/driver/nvidia/capabilities/gpu0/mig/gi7/ci0/access", "");
  write("/proc/driver/nvidia-caps/mig-minors", "config 1\ngpu0/gi7/access 66\ngpu0/gi7/ci0/access 67\n");
  CHECK(offered() == Names{"nvidia.com/gpu=0:0"});
  const auto grant = gpu::grant_for(gpu::take_stock(roots(), {}), "nvidia.com/gpu=0:0");
  Names paths;
  for (const auto& node : grant.nodes) {
    paths.push_back(node.path);
  }
  CHECK(paths == Names{"/dev/nvidiactl", "/dev/nvidia0", "/dev/nvidia-caps/nvidia-cap66",
                       "/dev/nvidia-caps/nvidia-cap67"});
}

TEST_CASE_METHOD(Stock, "AMD's and Intel's need nodes alone", "[gpu]") {
  add_pci("0000:01:00.0", "0x1002", "0x120000", "amdgpu", {"card1", "renderD129"});
  add_pci("0000:02:00.0", "0x8086", "0x038000", "xe", {"card2", "renderD130"});
  CHECK(offered() == Names{"amd.com/gpu=0", "intel.com/gpu=0"});
  const auto grant = gpu::grant_for(gpu::take_stock(roots(), {}), "amd.com/gpu=0");
  CHECK(grant.nodes.at(0).path == "/dev/kfd");
  CHECK(grant.nodes.size() == 3);
}

TEST_CASE_METHOD(Stock, "what cannot be offered is listed with its reason", "[gpu]") {
  add_pci("0000:02:00.0", "0x10de", "0x030200", "vfio-pci");
  const auto stock = gpu::take_stock(roots(), {});
  CHECK(stock.offers.empty());
  REQUIRE(stock.others.size() == 1);
  CHECK_THAT(stock.others[0].problem, Contains("virtual machines"));
}

TEST_CASE_METHOD(Stock, "people may name devices shortly, or all of them", "[gpu]") {
  add_fakes();
  CHECK(choose({"a"}) == Names{"vendor.com/gpu=a"});
  CHECK(choose({"vendor.com/gpu=b", "a"}) == Names{"vendor.com/gpu=b", "vendor.com/gpu=a"});
  CHECK(choose({"all"}) == Names{"vendor.com/gpu=a", "vendor.com/gpu=b"});
  CHECK(choose({"vendor.com/gpu=all"}) == Names{"vendor.com/gpu=a", "vendor.com/gpu=b"});
}

TEST_CASE_METHOD(Stock, "every word that cannot be meant is told at once, with what there is", "[gpu]") {
  add_fakes();
  write("/etc/cdi/other.yaml",
        "cdiVersion: 0.5.0\nkind: other.com/gpu\ndevices:\n- {name: a, containerEdits: {env: [A=B]}}\n");
  const auto failure = refusal({"a", "c", "vendor.com/gpu=b", "b"});
  CHECK(failure.code == base::ErrorCode::invalid_input);
  CHECK(failure.problems == Names{"'a' may be any of other.com/gpu=a, vendor.com/gpu=a",
                                  "'c': there is no such device", "'b': vendor.com/gpu=b is named twice"});
  CHECK_THAT(failure.cause, Contains("there are other.com/gpu=a, vendor.com/gpu=a, vendor.com/gpu=b"));
}

TEST_CASE_METHOD(Stock, "a machine without devices says so", "[gpu]") {
  CHECK(refusal({"0"}).cause == "this machine has none");
}
