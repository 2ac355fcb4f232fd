// SPDX-License-Identifier: Apache-2.0
// Says the UUID of each GPU that CUDA gives this process, after it has written to the GPU's memory and read it back.
// Built without CUDA: its driver's library is loaded when the program runs, and what is called of it is in cuda.h.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define WORDS 65536

static void *library;

static void *function(const char *name) {
  void *found = dlsym(library, name);
  if (found == NULL) {
    fprintf(stderr, "libcuda.so.1 has no %s\n", name);
    exit(1);
  }
  return found;
}

static void expect(int result, const char *what) {
  if (result != 0) {
    fprintf(stderr, "%s failed with %d\n", what, result);
    exit(1);
  }
}

static void compute(int device) {
  int (*create)(void **, unsigned, int) = function("cuCtxCreate_v2");
  int (*allocate)(unsigned long long *, size_t) = function("cuMemAlloc_v2");
  int (*set)(unsigned long long, unsigned, size_t) = function("cuMemsetD32_v2");
  int (*copy)(void *, unsigned long long, size_t) = function("cuMemcpyDtoH_v2");
  int (*release)(unsigned long long) = function("cuMemFree_v2");
  int (*destroy)(void *) = function("cuCtxDestroy_v2");
  static unsigned words[WORDS];
  unsigned long long memory = 0;
  void *context = NULL;
  expect(create(&context, 0, device), "cuCtxCreate");
  expect(allocate(&memory, sizeof words), "cuMemAlloc");
  expect(set(memory, 0x1e607U, WORDS), "cuMemsetD32");
  expect(copy(words, memory, sizeof words), "cuMemcpyDtoH");
  expect(release(memory), "cuMemFree");
  expect(destroy(context), "cuCtxDestroy");
  for (int i = 0; i < WORDS; ++i) {
    expect(words[i] != 0x1e607U, "what was read back");
  }
}

static void say_uuid(int device) {
  int (*uuid_of)(unsigned char *, int) = function("cuDeviceGetUuid_v2");
  unsigned char uuid[16];
  expect(uuid_of(uuid, device), "cuDeviceGetUuid");
  for (int i = 0; i < 16; ++i) {
    printf(i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", uuid[i]);
  }
  printf("\n");
}

int main(void) {
  library = dlopen("libcuda.so.1", RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  int (*init)(unsigned) = function("cuInit");
  int (*count_devices)(int *) = function("cuDeviceGetCount");
  int (*get)(int *, int) = function("cuDeviceGet");
  int count = 0;
  expect(init(0), "cuInit");
  expect(count_devices(&count), "cuDeviceGetCount");
  for (int i = 0; i < count; ++i) {
    int device = 0;
    expect(get(&device, i), "cuDeviceGet");
    compute(device);
    say_uuid(device);
  }
  return 0;
}
