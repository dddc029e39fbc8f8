// What a quiz page adds to its forms: answers saved as they are given, the timer, the navigator.
// The page works without it.
