// SPDX-License-Identifier: Apache-2.0
#include "http2.hpp"

#include "failure.hpp"
#include "messages.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <nghttp2/nghttp2.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace ingot::agent {

namespace {

constexpr std::size_t kMostRequest = std::size_t{1} << 20;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    fail("the path of a socket is too long: " + path);
  }
  path.copy(address.sun_path, path.size());
  return address;
}

base::Fd new_socket() {
  base::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) {
    fail_with_errno("no socket can be made");
  }
  return socket;
}

nghttp2_nv header(std::string_view name, std::string_view value) {
  // The library copies both, and changes neither.
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

// What nghttp2 calls: `user` is the Connection.
struct Connection::Callbacks {
  static Connection& of(void* user) { return *static_cast<Connection*>(user); }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                       void* user) {
    const std::string_view key(reinterpret_cast<const char*>(name), name_size);
    const std::string_view text(reinterpret_cast<const char*>(value), value_size);
    auto& stream = of(user).streams_[frame->hd.stream_id];
    if (key == ":path") {
      stream.path = text;
    } else if (key == "grpc-status") {
      stream.status = text;
    } else if (key == "grpc-message") {
      stream.message = text;
    }
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* user) {
    auto& stream = of(user).streams_[id];
    stream.in.append(reinterpret_cast<const char*>(data), size);
    return stream.in.size() > kMostRequest ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& self = of(user);
    const bool is_message = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (is_message && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 && self.on_request_) {
      const auto& stream = self.streams_[frame->hd.stream_id];
      const auto body = stream.in;
      self.on_request_(self, frame->hd.stream_id, std::string(stream.path), body);
    }
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    auto& self = of(user);
    const auto stream = self.streams_.extract(id);
    if (self.on_answer_ && !stream.empty() && !self.is_answered_) {
      self.is_answered_ = true;
      self.on_answer_(stream.mapped().status, stream.mapped().message);
    }
    return 0;
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* buffer, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source*, void* user) {
    auto& self = of(user);
    auto& stream = self.streams_[id];
    const auto count = std::min(size, stream.out.size());
    stream.out.copy(reinterpret_cast<char*>(buffer), count);
    stream.out.erase(0, count);
    if (!stream.out.empty() || (count > 0 && !stream.is_last)) {
      return static_cast<ssize_t>(count);
    }
    if (!stream.is_last) {
      return NGHTTP2_ERR_DEFERRED;
    }
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (self.on_request_) {  // a server's status comes last
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const std::array trailers = {header("grpc-status", stream.status),
                                   header("grpc-message", stream.message)};
      nghttp2_submit_trailer(session, id, trailers.data(), trailers.size());
    }
    return static_cast<ssize_t>(count);
  }

  static nghttp2_data_provider body() {
    nghttp2_data_provider provider{};
    provider.read_callback = read_body;
    return provider;
  }
};

void Connection::start_session(bool is_server) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::on_close);
  const int result = is_server ? nghttp2_session_server_new(&session_, callbacks, this)
                               : nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  if (result != 0) {
    fail("no memory for a connection");
  }
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
}

Connection::Connection(base::Fd socket, OnRequest on_request)
    : socket_(std::move(socket)), on_request_(std::move(on_request)) {
  start_session(true);
}

Connection::Connection(const std::string& socket_path, const std::string& path, std::string body,
                       OnAnswer on_answer)
    : socket_(new_socket()), on_answer_(std::move(on_answer)) {
  const auto address = address_of(socket_path);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    fail_with_errno(socket_path + " does not answer");
  }
  start_session(false);
  const std::array headers = {header(":method", "POST"),
                              header(":scheme", "http"),
                              header(":path", path),
                              header(":authority", "localhost"),
                              header("content-type", "application/grpc"),
                              header("te", "trailers")};
  const auto provider = Callbacks::body();
  const auto id =
      nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &provider, nullptr);
  streams_[id] = {.path = path,
                  .in = {},
                  .out = framed(body),
                  .answers = true,
                  .is_last = true,
                  .status = {},
                  .message = {}};
}

Connection::~Connection() {
  nghttp2_session_del(session_);
}

bool Connection::wants_write() const {
  return !outgoing_.empty() || nghttp2_session_want_write(session_) != 0;
}

bool Connection::read() {
  std::array<std::uint8_t, 16384> buffer{};
  for (;;) {
    const auto count = ::read(socket_.get(), buffer.data(), buffer.size());
    if (count < 0) {
      return errno == EAGAIN || errno == EINTR;
    }
    if (count == 0 ||
        nghttp2_session_mem_recv(session_, buffer.data(), static_cast<std::size_t>(count)) < 0) {
      return false;
    }
  }
}

bool Connection::write() {
  for (;;) {
    if (outgoing_.empty()) {
      const std::uint8_t* data = nullptr;
      const auto size = nghttp2_session_mem_send(session_, &data);
      if (size <= 0) {
        return size == 0;
      }
      outgoing_.assign(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    const auto count = ::send(socket_.get(), outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL);
    if (count < 0) {
      return errno == EAGAIN || errno == EINTR;
    }
    outgoing_.erase(0, static_cast<std::size_t>(count));
  }
}

bool Connection::advance() {
  const bool alive = read() && write() &&
                     (nghttp2_session_want_read(session_) != 0 || nghttp2_session_want_write(session_) != 0);
  if (!alive && on_answer_ && !is_answered_) {
    is_answered_ = true;
    on_answer_("", "the connection broke");
  }
  return alive && !is_answered_;
}

void Connection::start_answer(std::int32_t id, Stream& stream) {
  if (stream.answers) {
    nghttp2_session_resume_data(session_, id);
    return;
  }
  stream.answers = true;
  const std::array headers = {header(":status", "200"), header("content-type", "application/grpc")};
  const auto provider = Callbacks::body();
  nghttp2_submit_response(session_, id, headers.data(), headers.size(), &provider);
}

bool Connection::send(std::int32_t id, std::string_view message) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) {
    return false;
  }
  found->second.out += framed(message);
  start_answer(id, found->second);
  return true;
}

void Connection::respond(std::int32_t id, std::string_view message) {
  auto& stream = streams_[id];
  stream.out += framed(message);
  stream.is_last = true;
  stream.status = "0";
  start_answer(id, stream);
}

void Connection::refuse(std::int32_t id, int status, const std::string& why) {
  auto& stream = streams_[id];
  stream.is_last = true;
  stream.status = std::to_string(status);
  stream.message = why;
  start_answer(id, stream);
}

base::Fd listen_at(const std::string& path) {
  ::unlink(path.c_str());
  auto socket = new_socket();
  const auto address = address_of(path);
  constexpr int kWaiting = 16;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(socket.get(), kWaiting) != 0) {
    fail_with_errno("nobody can be heard at " + path);
  }
  return socket;
}

}  // namespace ingot::agent
