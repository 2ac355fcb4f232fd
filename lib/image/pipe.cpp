// SPDX-License-Identifier: Apache-2.0
#include "image/pipe.hpp"

#include "base/wait.hpp"

namespace ingot::image {

void Pipe::write(Piece piece, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return pieces_.size() < kMost || abandoned_; });
  base::check_stop(stop);
  if (!abandoned_ && !piece->empty()) {
    pieces_.push_back(std::move(piece));
    changed_.notify_all();
  }
}

void Pipe::end() {
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void Pipe::abandon() {
  const std::scoped_lock lock(mutex_);
  abandoned_ = true;
  pieces_.clear();
  changed_.notify_all();
}

std::string Pipe::read(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return !pieces_.empty() || ended_; });
  base::check_stop(stop);
  if (pieces_.empty()) {
    return {};
  }
  const Piece piece = std::move(pieces_.front());
  pieces_.pop_front();
  changed_.notify_all();
  return *piece;
}

bool Pipe::is_abandoned() const {
  const std::scoped_lock lock(mutex_);
  return abandoned_;
}

}  // namespace ingot::image
