"""Networks behind one small numpy protocol: the only home of TensorFlow and Keras."""
