// SPDX-License-Identifier: Apache-2.0
#include "tar/tree.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

namespace ingot::tar {

namespace {

struct FreeReader {
  void operator()(archive* one) const noexcept { archive_read_free(one); }
};
struct FreeWriter {
  void operator()(archive* one) const noexcept { archive_write_free(one); }
};
struct FreeEntry {
  void operator()(archive_entry* one) const noexcept { archive_entry_free(one); }
};

std::string reason_of(archive* one) {
  const char* text = archive_error_string(one);
  return text != nullptr ? text : "no reason given";
}

}  // namespace

struct TreePacker::Impl {
  std::unique_ptr<archive, FreeReader> disk{archive_read_disk_new()};
  std::unique_ptr<archive, FreeWriter> tar{archive_write_new()};
  std::unique_ptr<archive_entry, FreeEntry> entry{archive_entry_new()};
  std::string root;
  std::string name;
  std::string pending;  // bytes of the archive that nobody has taken yet
  std::size_t taken = 0;
  bool in_file = false;
  bool is_over = false;

  [[noreturn]] void fail(archive* one) const {
    throw base::Error(base::ErrorCode::environment, fmt::format("'{}' cannot be read", root), reason_of(one));
  }

  static la_ssize_t keep(archive* /*tar*/, void* self, const void* bytes, std::size_t size) {
    static_cast<Impl*>(self)->pending.append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
  }

  void step() {
    if (in_file) {
      copy_block();
      return;
    }
    archive_entry_clear(entry.get());
    const int result = archive_read_next_header2(disk.get(), entry.get());
    if (result == ARCHIVE_EOF) {
      is_over = true;
      archive_write_close(tar.get());
      return;
    }
    if (result < ARCHIVE_WARN) {
      fail(disk.get());
    }
    begin_entry();
  }

  void begin_entry() {
    archive_read_disk_descend(disk.get());
    const std::string path = archive_entry_pathname(entry.get());
    archive_entry_set_pathname(entry.get(), (name + path.substr(std::min(root.size(), path.size()))).c_str());
    archive_entry_set_uid(entry.get(), 0);
    archive_entry_set_gid(entry.get(), 0);
    archive_entry_set_uname(entry.get(), nullptr);
    archive_entry_set_gname(entry.get(), nullptr);
    archive_entry_set_hardlink(entry.get(), nullptr);
    const auto type = archive_entry_filetype(entry.get());
    if (type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK) {
      return;  // sockets and the like
    }
    if (archive_write_header(tar.get(), entry.get()) < ARCHIVE_WARN) {
      fail(tar.get());
    }
    in_file = type == AE_IFREG && archive_entry_size(entry.get()) > 0;
  }

  void copy_block() {
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int result = archive_read_data_block(disk.get(), &bytes, &size, &offset);
    if (result == ARCHIVE_EOF) {
      in_file = false;
      archive_write_finish_entry(tar.get());
      return;
    }
    if (result < ARCHIVE_WARN) {
      fail(disk.get());
    }
    fill_to(offset);
    write(static_cast<const char*>(bytes), size);
  }

  // Holes of sparse files are zeros.
  void fill_to(la_int64_t offset) {
    static constexpr std::array<char, 4096> kZeros{};
    while (written < offset) {
      write(kZeros.data(), static_cast<std::size_t>(std::min<la_int64_t>(offset - written, kZeros.size())));
    }
  }

  void write(const char* bytes, std::size_t size) {
    if (archive_write_data(tar.get(), bytes, size) < 0) {
      fail(tar.get());
    }
    written += static_cast<la_int64_t>(size);
  }

  la_int64_t written = 0;  // of the file at hand
};

TreePacker::TreePacker(const std::string& path, const std::string& name) : impl_(std::make_unique<Impl>()) {
  auto& self = *impl_;
  self.root = path;
  self.name = name;
  if (std::error_code error; !std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
    throw base::Error(base::ErrorCode::invalid_input, fmt::format("there is no '{}'", path), error.message());
  }
  archive_read_disk_set_symlink_physical(self.disk.get());
  archive_write_set_format_pax_restricted(self.tar.get());
  archive_write_set_bytes_per_block(self.tar.get(), 0);
  if (archive_write_open(self.tar.get(), &self, nullptr, &Impl::keep, nullptr) != ARCHIVE_OK) {
    self.fail(self.tar.get());
  }
  if (archive_read_disk_open(self.disk.get(), path.c_str()) != ARCHIVE_OK) {
    self.fail(self.disk.get());
  }
}

TreePacker::~TreePacker() = default;

std::size_t TreePacker::read(char* into, std::size_t size) {
  auto& self = *impl_;
  while (self.taken == self.pending.size()) {
    self.pending.clear();
    self.taken = 0;
    if (self.is_over) {
      return 0;
    }
    if (!self.in_file) {
      self.written = 0;
    }
    self.step();
  }
  const auto count = std::min(size, self.pending.size() - self.taken);
  std::memcpy(into, self.pending.data() + self.taken, count);
  self.taken += count;
  return count;
}

TreeUnpacker::TreeUnpacker(const std::string& folder, std::string rename)
    : rename_(std::move(rename)),
      disk_(archive_write_disk_new()),
      reader_({.begin = [this](const StreamReader::Entry& entry, std::string_view) { begin(entry); },
               .content = [this](std::string_view bytes) { write(bytes); },
               .end = [this](std::string_view) { end(); }}) {
  std::error_code error;
  folder_ = std::filesystem::canonical(folder, error).string();  // whose own path may lead over links
  archive_write_disk_set_options(disk_, ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME |
                                            ARCHIVE_EXTRACT_SECURE_NODOTDOT |
                                            ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_UNLINK);
  if (error) {
    archive_write_free(disk_);
    throw base::Error(base::ErrorCode::environment, fmt::format("'{}' is no folder", folder),
                      error.message());
  }
}

TreeUnpacker::~TreeUnpacker() {
  archive_write_free(disk_);
}

std::string TreeUnpacker::place_of(const std::string& path) const {
  auto parts = base::split(path, '/');
  std::erase_if(parts, [](const std::string& part) { return part.empty() || part == "."; });
  if (path.starts_with('/') || std::ranges::find(parts, "..") != parts.end()) {
    throw base::Error(base::ErrorCode::untrusted, fmt::format("the name '{}' leads out of the folder", path));
  }
  if (!rename_.empty() && !parts.empty()) {
    parts.front() = rename_;
  }
  return folder_ + "/" + base::join(parts, "/");
}

void TreeUnpacker::check(long result, const std::string& path) {
  if (result < ARCHIVE_WARN) {
    throw base::Error(base::ErrorCode::environment, fmt::format("'{}' cannot be written", path),
                      reason_of(disk_));
  }
}

void TreeUnpacker::begin(const StreamReader::Entry& entry) {
  using Kind = StreamReader::Kind;
  writes_ = entry.kind == Kind::file || entry.kind == Kind::folder || entry.kind == Kind::symlink;
  if (!writes_) {
    return;
  }
  at_ = place_of(entry.path);
  const std::unique_ptr<archive_entry, FreeEntry> made(archive_entry_new());
  archive_entry_set_pathname(made.get(), at_.c_str());
  archive_entry_set_perm(made.get(), entry.mode & 0777U);
  archive_entry_set_mtime(made.get(), static_cast<time_t>(entry.modified), 0);
  archive_entry_set_size(made.get(), static_cast<la_int64_t>(entry.size));
  if (entry.kind == Kind::file) {
    archive_entry_set_filetype(made.get(), AE_IFREG);
  } else if (entry.kind == Kind::folder) {
    archive_entry_set_filetype(made.get(), AE_IFDIR);
  } else {
    archive_entry_set_filetype(made.get(), AE_IFLNK);
    archive_entry_set_symlink(made.get(), entry.link_target.c_str());
  }
  check(archive_write_header(disk_, made.get()), at_);
}

void TreeUnpacker::write(std::string_view bytes) {
  if (writes_) {
    check(archive_write_data(disk_, bytes.data(), bytes.size()), at_);
  }
}

void TreeUnpacker::end() {
  if (writes_) {
    check(archive_write_finish_entry(disk_), at_);
  }
  writes_ = false;
}

void TreeUnpacker::finish() {
  reader_.finish();
  check(archive_write_close(disk_), folder_);
}

}  // namespace ingot::tar
