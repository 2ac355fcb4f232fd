// SPDX-License-Identifier: Apache-2.0
#include "cluster/kubeconfig_files.hpp"

#include "base/error.hpp"
#include "cluster/creation.hpp"
#include "cluster/status.hpp"

#include <filesystem>

namespace ingot::cluster {

namespace {

kubeconfig::PathSources sources(const KubeconfigTarget& target) {
  return {.given = target.explicit_path, .variable = target.kubeconfig_env, .home = target.home};
}

std::string file_to_write(const KubeconfigTarget& target) {
  return kubeconfig::merge_target(sources(target), [](const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
  });
}

}  // namespace

std::vector<std::string> kubeconfig_search_path(const KubeconfigTarget& target) {
  return kubeconfig::search_path(sources(target));
}

std::vector<KubeconfigEntry> kubeconfig_entries(const std::string& cluster, const std::string& ca,
                                                const KubeconfigTarget& target) {
  std::vector<std::string> files;
  try {
    files = kubeconfig_search_path(target);
  } catch (const base::Error&) {  // who has neither a home nor a KUBECONFIG has no kubeconfig
    return {};
  }
  std::vector<KubeconfigEntry> entries;
  for (const auto& file : files) {
    auto access = kubeconfig::find_access(file, kubeconfig::entry_name(cluster));
    if (access && access->ca == ca) {
      entries.push_back({file, *std::move(access)});
    }
  }
  return entries;
}

std::string write_kubeconfig(node::Host& host, const std::string& name, bool internal,
                             const KubeconfigTarget& target, const std::stop_token& stop) {
  const auto entry = kubeconfig::entry_name(name);
  const auto text = export_kubeconfig(host, name, internal, stop);
  auto file = file_to_write(target);
  kubeconfig::merge(file, entry, kubeconfig::extract(text, "the kubeconfig of " + name, entry), stop);
  return file;
}

void add_kubeconfig_step(plan::Plan& plan, Creation& creation) {
  const auto& target = creation.options.kubeconfig;
  if (!target.write) {
    return;
  }
  const auto file = file_to_write(target);
  const auto entry = kubeconfig::entry_name(creation.spec.name);
  plan.add({.id = "kubeconfig",
            .title = "write kubeconfig " + file,
            .cause = "kubectl finds the cluster by it",
            .needs = {"api"},
            .run =
                [&creation, file, entry](plan::StepContext& context) {
                  try {
                    kubeconfig::merge(file, entry, creation.admin, context.stop());
                    creation.kubeconfig_path = file;
                  } catch (
                      const base::Error& error) {  // told at the end; a running cluster is not thrown away
                    creation.kubeconfig_failure = error.failure();
                    context.warn("the kubeconfig could not be written: " + error.failure().message);
                  }
                },
            .undo =
                [&creation, file, entry](const std::stop_token& stop) {
                  if (!creation.kubeconfig_failure) {
                    kubeconfig::remove({file}, entry, stop);
                  }
                }});
}

}  // namespace ingot::cluster
