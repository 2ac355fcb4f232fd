// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/file_tree.hpp"

#include "base/text.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <vector>

namespace ingot::testing {

namespace {

struct Free {
  void operator()(archive* a) const { archive_free(a); }
  void operator()(archive_entry* e) const { archive_entry_free(e); }
};

la_ssize_t append(archive*, void* to, const void* bytes, size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

std::optional<std::string> read_content(archive* reader) {
  std::string content;
  for (;;) {
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    const int result = archive_read_data_block(reader, &block, &size, &offset);
    if (result == ARCHIVE_EOF) {
      return content;
    }
    if (result != ARCHIVE_OK) {
      return std::nullopt;
    }
    content.append(static_cast<const char*>(block), size);
  }
}

void pack_entry(archive* tar, const std::string& name, const FileEntry& file) {
  const std::unique_ptr<archive_entry, Free> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_perm(entry.get(), file.mode);
  if (!file.link_target.empty()) {
    archive_entry_set_filetype(entry.get(), AE_IFLNK);
    archive_entry_set_symlink(entry.get(), file.link_target.c_str());
  } else if (file.is_folder) {
    archive_entry_set_filetype(entry.get(), AE_IFDIR);
  } else {
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
  }
  archive_write_header(tar, entry.get());
  archive_write_data(tar, file.content.data(), file.content.size());
}

bool is_below(const std::string& path, const std::string& folder) {
  return folder == "/" ? path != "/" : path.starts_with(folder + "/");
}

}  // namespace

std::string normal_path(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string& part : base::split(path, '/')) {
    if (!part.empty() && part != ".") {
      parts.push_back(std::move(part));
    }
  }
  return "/" + base::join(parts, "/");
}

void FileTree::make_parents(const std::string& path) {
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    entries_.try_emplace(path.substr(0, at), FileEntry{.mode = 0755, .is_folder = true});
  }
}

void FileTree::write(const std::string& path, std::string content, unsigned mode) {
  put(path, {.content = std::move(content), .mode = mode});
}

void FileTree::put(const std::string& path, FileEntry entry) {
  make_parents(path);
  entries_[path] = std::move(entry);
}

std::optional<std::string> FileTree::read(const std::string& path) const {
  const FileEntry* file = find(path);
  return file == nullptr || file->is_folder ? std::nullopt : std::optional(file->content);
}

const FileEntry* FileTree::find(const std::string& path) const {
  const auto found = entries_.find(path);
  return found == entries_.end() ? nullptr : &found->second;
}

void FileTree::remove(const std::string& path) {
  std::erase_if(entries_,
                [&](const auto& entry) { return entry.first == path || is_below(entry.first, path); });
}

bool FileTree::unpack(const std::string& folder, std::string_view tar) {
  return unpack_tar(tar, [&](const std::string& path, FileEntry entry) {
    put(normal_path(folder + "/" + path), std::move(entry));
  });
}

FileTree FileTree::below(const std::string& folder) const {
  FileTree tree;
  for (const auto& [path, entry] : entries_) {
    if (is_below(path, folder)) {
      tree.put(path.substr(folder.size()), entry);
    }
  }
  return tree;
}

bool unpack_tar(std::string_view tar, const std::function<void(const std::string& path, FileEntry)>& put) {
  if (tar.find_first_not_of('\0') == std::string_view::npos) {
    return true;  // an archive of nothing; libarchive does not recognise it
  }
  const std::unique_ptr<archive, Free> reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  if (archive_read_open_memory(reader.get(), tar.data(), tar.size()) != ARCHIVE_OK) {
    return false;
  }
  archive_entry* entry = nullptr;
  int result = ARCHIVE_OK;
  while ((result = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK || result == ARCHIVE_WARN) {
    FileEntry file{.mode = archive_entry_perm(entry)};
    file.is_folder = archive_entry_filetype(entry) == AE_IFDIR;
    if (archive_entry_filetype(entry) == AE_IFLNK) {
      file.link_target = archive_entry_symlink(entry);
    }
    auto content = read_content(reader.get());
    if (!content) {
      return false;
    }
    file.content = std::move(*content);
    put(archive_entry_pathname(entry), std::move(file));
  }
  return result == ARCHIVE_EOF;
}

std::string FileTree::pack(const std::string& path, const std::string& name) const {
  std::string bytes;
  const std::unique_ptr<archive, Free> tar(archive_write_new());
  archive_write_set_format_ustar(tar.get());
  archive_write_set_bytes_in_last_block(tar.get(), 1);
  archive_write_open(tar.get(), &bytes, nullptr, append, nullptr);
  const std::size_t cut = path == "/" ? 0 : path.size();
  for (const auto& [entry_path, file] : entries_) {
    if (entry_path == path) {
      pack_entry(tar.get(), name.empty() ? "/" : name, file);
    } else if (is_below(entry_path, path)) {
      pack_entry(tar.get(), name + entry_path.substr(cut), file);
    }
  }
  archive_write_close(tar.get());
  return bytes;
}

std::size_t FileTree::size() const {
  std::size_t total = 0;
  for (const auto& [path, file] : entries_) {
    total += file.content.size();
  }
  return total;
}

}  // namespace ingot::testing
