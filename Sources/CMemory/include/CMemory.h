#ifndef CMEMORY_H
#define CMEMORY_H

/// Gives larger pieces of memory back to the system as soon as they are free, where the C library can.
/// To be called before threads are started.
void memory_give_back(void);

#endif
