// SPDX-License-Identifier: Apache-2.0
#include "tar/decompressor.hpp"

#include "base/error.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <exception>
#include <utility>

namespace ingot::tar {

namespace {

struct Free {
  void operator()(archive* a) const { archive_read_free(a); }
};

}  // namespace

struct Decompressor::Impl {
  std::function<std::string()> from;
  std::string piece;          // what libarchive reads from
  std::exception_ptr thrown;  // no exception may pass through C
  bool is_open = false;
  bool is_at_end = false;
  std::unique_ptr<archive, Free> reader{archive_read_new()};

  static la_ssize_t pull(archive*, void* of, const void** bytes);
  void open();
  std::string read();
  [[noreturn]] void give_up();
};

la_ssize_t Decompressor::Impl::pull(archive*, void* of, const void** bytes) {
  auto& impl = *static_cast<Impl*>(of);
  try {
    impl.piece = impl.from();
    *bytes = impl.piece.data();
    return static_cast<la_ssize_t>(impl.piece.size());
  } catch (...) {
    impl.thrown = std::current_exception();
    return -1;
  }
}

// To libarchive the content is the one file of an archive of format "raw"; no byte is an archive of its own
// kind.
void Decompressor::Impl::open() {
  // A libarchive without one of them would start a program to do the work.
  if (archive_zlib_version() != nullptr) {
    archive_read_support_filter_gzip(reader.get());
  }
  if (archive_libzstd_version() != nullptr) {
    archive_read_support_filter_zstd(reader.get());
  }
  archive_read_support_format_raw(reader.get());
  archive_read_support_format_empty(reader.get());
  if (archive_read_open(reader.get(), this, nullptr, pull, nullptr) != ARCHIVE_OK) {
    give_up();
  }
  archive_entry* entry = nullptr;
  const int result = archive_read_next_header(reader.get(), &entry);
  if (result != ARCHIVE_OK && result != ARCHIVE_WARN && result != ARCHIVE_EOF) {
    give_up();
  }
  is_open = true;
  is_at_end = result == ARCHIVE_EOF;
}

std::string Decompressor::Impl::read() {
  while (!is_at_end) {
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int result = archive_read_data_block(reader.get(), &bytes, &size, &offset);
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN && result != ARCHIVE_EOF) {
      give_up();
    }
    is_at_end = result == ARCHIVE_EOF;
    if (!is_at_end && size > 0) {
      return {static_cast<const char*>(bytes), size};
    }
  }
  return {};
}

void Decompressor::Impl::give_up() {
  if (thrown) {
    std::rethrow_exception(thrown);
  }
  const char* why = archive_error_string(reader.get());
  throw base::Error(base::ErrorCode::untrusted, "the archive cannot be decompressed",
                    why == nullptr ? "" : why);
}

Decompressor::Decompressor(std::function<std::string()> from)
    : impl_(std::make_unique<Impl>(Impl{.from = std::move(from), .piece = {}, .thrown = {}})) {}

Decompressor::~Decompressor() = default;

std::string Decompressor::read() {
  if (!impl_->is_open) {
    impl_->open();
  }
  return impl_->read();
}

}  // namespace ingot::tar
