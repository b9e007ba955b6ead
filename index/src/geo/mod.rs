//! French communes, offline: codes, names and coordinates.
