// SPDX-License-Identifier: Apache-2.0
#include "tar/compressor.hpp"

#include "base/error.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <exception>
#include <utility>

namespace ingot::tar {

namespace {

struct FreeArchive {
  void operator()(archive* a) const { archive_write_free(a); }
};

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

struct Compressor::Impl {
  std::function<void(std::string_view)> into;
  std::exception_ptr thrown;  // no exception may pass through C
  std::unique_ptr<archive, FreeArchive> writer{archive_write_new()};
  bool is_open = false;

  static la_ssize_t push(archive*, void* of, const void* bytes, std::size_t size);
  void open();
  void check(bool good);
};

la_ssize_t Compressor::Impl::push(archive*, void* of, const void* bytes, std::size_t size) {
  auto& impl = *static_cast<Impl*>(of);
  try {
    impl.into({static_cast<const char*>(bytes), size});
    return static_cast<la_ssize_t>(size);
  } catch (...) {
    impl.thrown = std::current_exception();
    return -1;
  }
}

void Compressor::Impl::check(bool good) {
  if (good) {
    return;
  }
  if (thrown) {
    std::rethrow_exception(thrown);
  }
  const char* why = archive_error_string(writer.get());
  throw base::Error(base::ErrorCode::unsupported, "nothing can be compressed with zstd",
                    why == nullptr ? "" : why);
}

// To libarchive the content is the one file of an archive of format "raw".
void Compressor::Impl::open() {
  check(archive_libzstd_version() != nullptr);  // else it would start a program to do the work
  check(archive_write_add_filter_zstd(writer.get()) == ARCHIVE_OK);
  check(archive_write_set_format_raw(writer.get()) == ARCHIVE_OK);
  check(archive_write_set_bytes_in_last_block(writer.get(), 1) == ARCHIVE_OK);  // else zeros follow
  check(archive_write_open(writer.get(), this, nullptr, push, nullptr) == ARCHIVE_OK);
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), "content");
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  check(archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK);
  is_open = true;
}

Compressor::Compressor(std::function<void(std::string_view)> into) : impl_(std::make_unique<Impl>()) {
  impl_->into = std::move(into);
}

Compressor::~Compressor() = default;

void Compressor::write(std::string_view bytes) {
  if (!impl_->is_open) {
    impl_->open();
  }
  while (!bytes.empty()) {
    const auto written = archive_write_data(impl_->writer.get(), bytes.data(), bytes.size());
    impl_->check(written > 0);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Compressor::finish() {
  if (!impl_->is_open) {
    impl_->open();
  }
  impl_->check(archive_write_close(impl_->writer.get()) == ARCHIVE_OK);
}

}  // namespace ingot::tar
