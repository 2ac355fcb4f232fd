// SPDX-License-Identifier: Apache-2.0
#include "support/compressed.hpp"

#include "base/error.hpp"

#include <archive.h>
#include <archive_entry.h>

namespace ingot::testing {

namespace {

la_ssize_t append(archive*, void* to, const void* bytes, size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

std::string compressed(const std::string& content, int (*add_filter)(archive*)) {
  std::string bytes;
  archive* raw = archive_write_new();
  archive_entry* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  const bool is_done = add_filter(raw) == ARCHIVE_OK && archive_write_set_format_raw(raw) == ARCHIVE_OK &&
                       archive_write_set_bytes_in_last_block(raw, 1) == ARCHIVE_OK &&
                       archive_write_open(raw, &bytes, nullptr, append, nullptr) == ARCHIVE_OK &&
                       archive_write_header(raw, entry) == ARCHIVE_OK &&
                       archive_write_data(raw, content.data(), content.size()) >= 0;
  archive_entry_free(entry);
  archive_write_free(raw);
  if (!is_done) {
    throw base::Error(base::ErrorCode::internal, "libarchive does not compress");
  }
  return bytes;
}

}  // namespace

std::string gzip(const std::string& content) {
  return compressed(content, archive_write_add_filter_gzip);
}

std::string zstd(const std::string& content) {
  return compressed(content, archive_write_add_filter_zstd);
}

}  // namespace ingot::testing
