/* A queue of fixed size for one producer and one consumer, without a lock. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define SLOTS 256 /* a power of two, so that the counters may run over */

struct ring {
    void *slots[SLOTS];
    atomic_size_t head; /* moved by the consumer only */
    atomic_size_t tail; /* moved by the producer only */
};

bool ring_put(struct ring *ring, void *item)
{
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    size_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    if (tail - head == SLOTS)
        return false;
    ring->slots[tail % SLOTS] = item;
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
    return true;
}

void *ring_take(struct ring *ring)
{
    size_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    size_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    if (head == tail)
        return NULL;
    void *item = ring->slots[head % SLOTS];
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return item;
}
