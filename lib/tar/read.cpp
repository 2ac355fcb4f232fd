// SPDX-License-Identifier: Apache-2.0
#include "tar/read.hpp"

#include "base/error.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <exception>
#include <memory>

namespace ingot::tar {

namespace {

constexpr std::size_t kPiece = std::size_t{128} * 1024;

// What libarchive pulls from. No exception may pass through C: it is kept, and thrown on the other side.
struct Source {
  const Bytes& from;
  std::array<char, kPiece> buffer{};
  std::exception_ptr thrown;
};

la_ssize_t pull(archive*, void* of, const void** bytes) {
  auto& source = *static_cast<Source*>(of);
  try {
    *bytes = source.buffer.data();
    return static_cast<la_ssize_t>(source.from(source.buffer.data(), source.buffer.size()));
  } catch (...) {
    source.thrown = std::current_exception();
    return -1;
  }
}

struct Free {
  void operator()(archive* a) const { archive_read_free(a); }
};

[[noreturn]] void give_up(archive* reader, const Source& source) {
  if (source.thrown) {
    std::rethrow_exception(source.thrown);
  }
  const char* why = archive_error_string(reader);
  throw base::Error(base::ErrorCode::untrusted, "a tar archive is broken", why == nullptr ? "" : why);
}

}  // namespace

void read(const Bytes& from, const std::function<void(const Entry& entry, const Bytes& content)>& take) {
  const auto source = std::make_unique<Source>(Source{.from = from, .buffer = {}, .thrown = {}});
  const std::unique_ptr<archive, Free> reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open(reader.get(), source.get(), nullptr, pull, nullptr) != ARCHIVE_OK) {
    give_up(reader.get(), *source);
  }
  const Bytes content = [&](char* into, std::size_t size) {
    const auto count = archive_read_data(reader.get(), into, size);
    if (count < 0) {
      give_up(reader.get(), *source);
    }
    return static_cast<std::size_t>(count);
  };
  for (;;) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(reader.get(), &entry);
    if (result == ARCHIVE_EOF) {
      return;
    }
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      give_up(reader.get(), *source);
    }
    const auto type = archive_entry_filetype(entry);
    const char* path = archive_entry_pathname(entry);
    const bool is_file = type == AE_IFREG && archive_entry_hardlink(entry) == nullptr;
    if (path != nullptr && (is_file || type == AE_IFDIR)) {
      take({.path = path, .is_folder = type == AE_IFDIR}, content);
    }
  }
}

}  // namespace ingot::tar
