// SPDX-License-Identifier: Apache-2.0
#include "engine/logs_fixture.hpp"

#include "tar/tar.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ingot::testing {

LogsFixture::LogsFixture()
    : var_log(std::make_shared<std::string>(
          tar::pack({{.path = "/pods/a/0.log", .content = "words of a\n"},
                     {.path = "/containers/a.log", .content = "words of a\n"}}))) {
  fake.add_program({"cat", "/kind/version"}, scripted({.out = "v1.31.0\n"}));
  fake.add_program({"journalctl"}, [](Process& process) {
    process.out("journal of " + process.info().container_name + "\n");
    return 0;
  });
  fake.add_program({"sh", "-c"}, [var_log = var_log](Process& process) {
    const bool is_tar = process.info().argv.at(2).find("tar ") != std::string::npos;
    process.out(is_tar ? *var_log : "IMAGE TAG\n");
    return 0;
  });
  create(spec("one", 1), options());
}

logs::ExportResult LogsFixture::export_logs(bool only_kinds_files, const plan::Interrupts& interrupts) {
  return session.export_logs("one",
                             {.folder = folder(),
                              .version_text = "ingot 1.2.3",
                              .only_kinds_files = only_kinds_files,
                              .event_log = [](const auto& write) { write("{}\n"); }},
                             interrupts, events);
}

std::string LogsFixture::content(const std::string& path) const {
  std::ifstream file(folder() + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool LogsFixture::has(const std::string& path) const {
  return std::filesystem::exists(folder() + "/" + path);
}

std::vector<std::string> LogsFixture::files() const {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder())) {
    if (!entry.is_directory()) {
      found.push_back(std::filesystem::relative(entry.path(), folder()).string());
    }
  }
  std::ranges::sort(found);
  return found;
}

std::string LogsFixture::id_of(const std::string& node) const {
  for (const auto& container : fake.containers()) {
    if (container.name == node) {
      return container.id;
    }
  }
  return {};
}

std::string reason_of(const logs::ExportResult& result, const std::string& what) {
  for (const auto& missing : result.missing) {
    if (missing.what == what) {
      return missing.reason;
    }
  }
  return {};
}

}  // namespace ingot::testing
