// SPDX-License-Identifier: Apache-2.0
// Archives of nodes, which may be broken or hostile: names that climb, no end.
#include "logs/collect.hpp"
#include "tar/stream_reader.hpp"

#include <optional>

namespace ingot::logs {

namespace {

using Entry = tar::StreamReader::Entry;
using Kind = tar::StreamReader::Kind;

constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 30U;  // of one node: no logs are as large
constexpr std::size_t kMostTold = 10;

class Unpacking {
 public:
  Unpacking(const Folder& folder, bool strip, const std::string& what, Findings& findings)
      : folder_(folder),
        strip_(strip),
        what_(what),
        findings_(findings),
        archive_({.begin = [this](const Entry& entry, std::string_view) { begin(entry); },
                  .content = [this](std::string_view bytes) { write(bytes); },
                  .end = [this](std::string_view) { file_.reset(); }}) {}

  void take(std::string_view bytes) {
    taken_ += bytes.size();
    if (taken_ > kMostBytes) {
      throw base::Error(base::ErrorCode::untrusted, "an archive without end");
    }
    archive_.feed(bytes);
  }
  void finish() { archive_.finish(); }

 private:
  void begin(const Entry& entry) {
    tell_failure([&] {
      const auto path = strip_ ? stripped(entry.path) : entry.path;
      if (entry.kind == Kind::folder) {
        folder_.make_folder(path);
      } else if (entry.kind == Kind::file) {
        file_ = folder_.create(path);
      }
    });
  }

  void write(std::string_view bytes) {
    if (file_ && !tell_failure([&] { file_->write(bytes); })) {
      file_.reset();  // the rest of it is passed over
    }
  }

  // Whether it succeeded. What fails concerns one entry.
  bool tell_failure(const std::function<void()>& work) {
    try {
      work();
      return true;
    } catch (const base::Error& error) {
      if (++told_ <= kMostTold) {
        findings_.add(what_, reason_of(error.failure()));
      }
      return false;
    }
  }

  static std::string stripped(const std::string& path) {
    const auto end = path.find('/');
    return end == std::string::npos ? "." : path.substr(end + 1);
  }

  const Folder& folder_;
  bool strip_;
  const std::string& what_;
  Findings& findings_;
  std::uint64_t taken_ = 0;
  std::size_t told_ = 0;
  std::optional<File> file_;  // the one that is being written
  tar::StreamReader archive_;
};

}  // namespace

void unpack(const std::function<void(const std::function<void(std::string_view)>& take)>& produce,
            const Folder& folder, bool strip, const std::string& what, Findings& findings) {
  Unpacking unpacking(folder, strip, what, findings);
  produce([&](std::string_view bytes) { unpacking.take(bytes); });
  unpacking.finish();
}

}  // namespace ingot::logs
