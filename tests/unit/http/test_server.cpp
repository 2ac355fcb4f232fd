// SPDX-License-Identifier: Apache-2.0
#include "test_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace ingot::http {

namespace {

class PlainPeer final : public Peer {
 public:
  explicit PlainPeer(int fd) : fd_(fd) {}
  std::string receive() override {
    std::array<char, 65536> buffer{};
    const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
    return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }
  bool send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }

 private:
  int fd_;
};

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio to_bio(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

Context to_context(const ServerTls& tls) {
  Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  X509* certificate = PEM_read_bio_X509(to_bio(tls.certificate).get(), nullptr, nullptr, nullptr);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(to_bio(tls.key).get(), nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context.get(), certificate);
  SSL_CTX_use_PrivateKey(context.get(), key);
  X509_free(certificate);
  EVP_PKEY_free(key);
  if (!tls.client_ca.empty()) {
    X509* ca = PEM_read_bio_X509(to_bio(tls.client_ca).get(), nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca);
    X509_free(ca);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

class TlsPeer final : public Peer {
 public:
  TlsPeer(int fd, SSL_CTX* context) : ssl_(SSL_new(context), &SSL_free) {
    SSL_set_fd(ssl_.get(), fd);
    is_open_ = SSL_accept(ssl_.get()) == 1;
  }
  std::string receive() override {
    std::array<char, 65536> buffer{};
    const int size = is_open_ ? SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size())) : 0;
    return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }
  bool send(std::string_view bytes) override {
    return is_open_ && SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }

 private:
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  bool is_open_ = false;
};

std::size_t content_length(const std::string& head) {
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

// The server's own threads may write to a peer that is gone, through OpenSSL.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

TestServer::TestServer(Handler handler, std::optional<ServerTls> tls, bool on_tcp)
    : handler_(std::move(handler)), tls_(std::move(tls)) {
  if (tls_ || on_tcp) {
    listen_tcp();
  } else {
    listen_unix();
  }
  if (::listen(listener_.get(), 64) != 0) {
    throw std::runtime_error("listen");
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

TestServer::~TestServer() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int fd : open_) {
      ::shutdown(fd, SHUT_RDWR);
    }
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
  if (!folder_.empty()) {
    std::filesystem::remove_all(folder_);
  }
}

void TestServer::listen_unix() {
  std::string pattern = (std::filesystem::temp_directory_path() / "ingot-http-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  listener_ = base::Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder_ + "/s";
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("bind");
  }
}

void TestServer::listen_tcp() {
  listener_ = base::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("bind");
  }
  port_ = ntohs(address.sin_port);
}

Endpoint TestServer::endpoint() const {
  if (!folder_.empty()) {
    return {.unix_socket = folder_ + "/s", .base_url = "http://localhost"};
  }
  return {.base_url = (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_)};
}

void TestServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      return;
    }
    ++connections_;
    const std::scoped_lock lock(mutex_);
    open_.push_back(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void TestServer::serve(int fd) {
  block_sigpipe();
  {
    const Context context = tls_ ? to_context(*tls_) : Context(nullptr, &SSL_CTX_free);
    std::unique_ptr<Peer> peer;
    if (tls_) {
      peer = std::make_unique<TlsPeer>(fd, context.get());
    } else {
      peer = std::make_unique<PlainPeer>(fd);
    }
    std::string rest;
    while (serve_one(*peer, rest)) {
    }
  }
  const std::scoped_lock lock(mutex_);
  std::erase(open_, fd);
  ::close(fd);
  closed_.notify_all();
}

void TestServer::wait_until_closed() {
  std::unique_lock lock(mutex_);
  closed_.wait(lock, [this] { return open_.empty(); });
}

bool TestServer::serve_one(Peer& peer, std::string& rest) {
  Received request;
  std::size_t end = 0;
  while ((end = rest.find("\r\n\r\n")) == std::string::npos) {
    const std::string piece = peer.receive();
    if (piece.empty()) {
      return false;
    }
    rest += piece;
  }
  request.head = rest.substr(0, end + 2);
  rest.erase(0, end + 4);
  request.method = request.head.substr(0, request.head.find(' '));
  const std::size_t target_at = request.method.size() + 1;
  request.target = request.head.substr(target_at, request.head.find(' ', target_at) - target_at);
  const bool is_chunked = request.head.find("chunked") != std::string::npos;
  const std::size_t length = content_length(request.head);
  // A chunked body is kept as it came, up to its last chunk.
  while (is_chunked ? !rest.ends_with("0\r\n\r\n") : rest.size() < length) {
    const std::string piece = peer.receive();
    if (piece.empty()) {
      return false;
    }
    rest += piece;
  }
  request.body = is_chunked ? std::exchange(rest, {}) : rest.substr(0, length);
  rest.erase(0, std::min(length, rest.size()));
  ++requests_;
  return handler_(request, peer);
}

std::string to_answer(std::string_view status, std::string_view body) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

}  // namespace ingot::http
