// SPDX-License-Identifier: Apache-2.0
#include "tar/tar.hpp"

#include "base/error.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <ctime>
#include <memory>
#include <set>

namespace ingot::tar {

namespace {

constexpr std::size_t kLimit = 64U << 20U;

struct Free {
  void operator()(archive* a) const { archive_free(a); }
  void operator()(archive_entry* e) const { archive_entry_free(e); }
};

// libarchive does not always say why.
std::string error_of(archive* a) {
  const char* why = archive_error_string(a);
  return why == nullptr ? "" : why;
}

[[noreturn]] void broken(archive* a) {
  throw base::Error(base::ErrorCode::untrusted, "a tar archive from the engine is broken", error_of(a));
}

la_ssize_t append(archive*, void* to, const void* bytes, size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

void write_entry(archive* tar, archive_entry* entry, const std::string& content) {
  if (archive_write_header(tar, entry) != ARCHIVE_OK ||
      archive_write_data(tar, content.data(), content.size()) < 0) {
    throw base::Error(base::ErrorCode::internal, "could not make a tar archive", error_of(tar));
  }
}

void write_folders(archive* tar, const std::string& path, std::set<std::string>& known) {
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string folder = path.substr(1, at);
    if (!known.insert(folder).second) {
      continue;
    }
    const std::unique_ptr<archive_entry, Free> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), folder.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFDIR);
    archive_entry_set_perm(entry.get(), 0755);
    write_entry(tar, entry.get(), "");
  }
}

// `total`: of all that were read.
std::string content_of(archive* reader, archive_entry* entry, std::size_t& total) {
  const auto size = archive_entry_size(entry);
  total += static_cast<std::size_t>(size);
  if (size < 0 || total > kLimit) {
    throw base::Error(base::ErrorCode::untrusted, "a tar archive from the engine is too large");
  }
  std::string content(static_cast<std::size_t>(size), '\0');
  if (archive_read_data(reader, content.data(), content.size()) != static_cast<la_ssize_t>(size)) {
    broken(reader);
  }
  return content;
}

}  // namespace

std::string pack(const std::vector<File>& files) {
  std::string bytes;
  const std::unique_ptr<archive, Free> tar(archive_write_new());
  archive_write_set_format_ustar(tar.get());
  archive_write_set_bytes_in_last_block(tar.get(), 1);
  archive_write_open(tar.get(), &bytes, nullptr, append, nullptr);
  std::set<std::string> folders;
  for (const auto& file : files) {
    const bool is_folder = file.path.ends_with('/');
    write_folders(tar.get(), is_folder ? file.path.substr(0, file.path.size() - 1) : file.path, folders);
    const std::unique_ptr<archive_entry, Free> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), file.path.substr(1).c_str());
    archive_entry_set_perm(entry.get(), static_cast<unsigned>(file.mode));
    archive_entry_set_mtime(entry.get(), std::time(nullptr), 0);
    if (is_folder) {
      folders.insert(file.path.substr(1));
      archive_entry_set_filetype(entry.get(), AE_IFDIR);
    } else if (file.link_target.empty()) {
      archive_entry_set_filetype(entry.get(), AE_IFREG);
      archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
    } else {
      archive_entry_set_filetype(entry.get(), AE_IFLNK);
      archive_entry_set_symlink(entry.get(), file.link_target.c_str());
    }
    write_entry(tar.get(), entry.get(), file.content);
  }
  archive_write_close(tar.get());
  return bytes;
}

std::vector<File> unpack_with_links(std::string_view tar) {
  std::vector<File> files;
  const std::unique_ptr<archive, Free> reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_memory(reader.get(), tar.data(), tar.size()) != ARCHIVE_OK) {
    broken(reader.get());
  }
  std::size_t total = 0;
  for (;;) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(reader.get(), &entry);
    if (result == ARCHIVE_EOF) {
      return files;
    }
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      broken(reader.get());
    }
    const char* path = archive_entry_pathname(entry);
    const char* target = archive_entry_symlink(entry);
    const bool is_link = archive_entry_filetype(entry) == AE_IFLNK && target != nullptr;
    if (path == nullptr || (archive_entry_filetype(entry) != AE_IFREG && !is_link)) {
      continue;
    }
    File file{.path = path, .content = "", .mode = static_cast<int>(archive_entry_perm(entry) & 0777U)};
    if (is_link) {
      file.link_target = target;
    } else {
      file.content = content_of(reader.get(), entry, total);
    }
    files.push_back(std::move(file));
  }
}

std::map<std::string, std::string> unpack(std::string_view tar) {
  std::map<std::string, std::string> files;
  for (auto& file : unpack_with_links(tar)) {
    if (file.link_target.empty()) {
      files[file.path] = std::move(file.content);
    }
  }
  return files;
}

}  // namespace ingot::tar
